from launches.models import Blocker

URL = "/launches/europe-ga/graph/"
HTMX = {"HX-Request": "true"}


def raised(launch, title, by, now, **facts):
    return Blocker.objects.raised(
        launch, title=title, by=by, now=now, proposed=False, kind="customer_facing", **facts
    )


def test_what_waits_for_what_is_drawn_and_the_rest_listed(sign_in, people, europe, spam, now):
    points = {"best": 10, "likely": 20, "worst": 30}
    consent = raised(europe.launch, "Consent of those who already wrote to us", people.lead, now, **points)
    alone = raised(europe.launch, "Alone", people.lead, now)
    done = raised(europe.launch, "Done", people.lead, now)
    spam.wait_for(consent, by=people.lead, now=now)
    spam.wait_for(done, by=people.lead, now=now)
    done.resolve(by=people.lead, now=now)
    response = sign_in(people.viewer).get(URL)
    graph = response.context["graph"]
    assert {(box.row.blocker, box.name): (box.waits, box.holds) for box in graph.boxes} == {
        (spam, "Mail lands in spam"): ([consent], []),
        (consent, "Consent of those who…"): ([], [spam]),
    }
    assert [row.blocker for row in graph.free] == [alone]
    assert [box.row.blocker for box in graph.decisive] == [consent, spam]
    assert [decides for _, decides in graph.lines] == [True]
    assert "2 of 3 blockers wait for each other, in chains of up to 2." in response.text
    assert f'href="{consent.get_absolute_url()}" data-panel' in response.text


def test_without_links_it_says_how_to_add_one(sign_in, people, spam):
    response = sign_in(people.viewer).get(URL)
    assert (response.context["graph"].boxes, "<svg" in response.text) == ([], False)
    assert "say under “Order” what it waits for" in response.text


def test_a_circle_from_before_is_drawn(sign_in, people, europe, spam, now):
    other = raised(europe.launch, "Other", people.lead, now)
    other.depends_on.add(spam)
    spam.depends_on.add(other)
    assert len(sign_in(people.viewer).get(URL).context["graph"].lines) == 2


def test_htmx_gets_the_part_and_the_number_of_queries_is_fixed(sign_in, people, spam, queries, grow):
    client = sign_in(people.lead)
    few = queries(client, URL, **HTMX)
    grow(launches=1, each=20)
    assert queries(client, URL, **HTMX) == few <= 14
    assert client.get(URL, headers=HTMX).text.lstrip().startswith('<div id="order-of-work"')
    assert sign_in().get(URL)["Location"] == f"/sign-in/?next={URL}"
