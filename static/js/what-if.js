// A slider beside the target's date: weeks before and after the target as it is. Without it the date is typed.

const DAY = 86_400_000;

for (const field of document.querySelectorAll("[data-slider]")) {
  const input = field.querySelector("input[type=date]");
  const today = Date.parse(field.dataset.today);
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: -56, max: 112, step: 1 });
  slider.setAttribute("aria-label", "Move the target, days");

  const follow = () => {
    const days = (Date.parse(input.value) - today) / DAY;
    if (!Number.isNaN(days)) slider.value = days;
  };
  slider.addEventListener("input", () => {
    input.value = new Date(today + slider.value * DAY).toISOString().slice(0, 10);
  });
  input.addEventListener("change", follow);
  follow();
  field.append(slider);
}
