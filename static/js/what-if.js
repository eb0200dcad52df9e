// A slider beside the target's date: days before and after the target as it is. Without it the date is typed.

for (const slider of $$("[data-slider]")) {
  const date = slider.previousElementSibling;
  const today = Date.parse(slider.dataset.slider);
  const day = 864e5;
  const follow = () => (slider.value = (Date.parse(date.value) - today) / day);
  slider.oninput = () => (date.valueAsNumber = today + slider.value * day);
  date.onchange = follow;
  slider.hidden = false;
  follow();
}
