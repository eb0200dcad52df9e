"""The issues of outside trackers that blockers follow: where they are, never how they are."""

from collections.abc import Mapping

from launches.models import Blocker, TrackerLink
from launches.plan import schema
from launches.plan.decisions import Key
from launches.plan.rows import Loading
from launches.trackers import Address, IssueEvent, IssueState, parsed

# Tracker and identity, which are the same for all addresses of an issue.
Issues = dict[tuple[str, str], Address]


def put_issues(
    loading: Loading, blockers: Mapping[Key, Blocker], said: Mapping[Key, schema.BlockerEntry]
) -> None:
    """Follow what the file names and nothing else; what was heard of one that stays is kept.

    The blockers are locked. Only their tracker says how an issue is, so none opens or resolves by this.
    """
    wanted = {
        blockers[key].pk: _issues(each) for key, each in said.items() if "issues" in each.model_fields_set
    }
    by_key = {row.pk: row for row in blockers.values()}
    there = TrackerLink.objects.filter(blocker__in=wanted).order_by("pk")
    links = {(link.blocker_id, (link.tracker, link.identity)): link for link in there}
    for blocker, issues in wanted.items():
        for issue, address in issues.items():
            if (blocker, issue) in links:
                loading.report.unchanged("issues")
            else:
                links[blocker, issue] = _follow(loading, by_key[blocker], address)
    _hear(said, blockers, links)
    for (blocker, issue), link in links.items():
        if issue not in wanted[blocker]:
            _drop(loading, by_key[blocker], link)
    loading.write_history()


def _issues(blocker: schema.BlockerEntry) -> Issues:
    addresses = [parsed(text) for text in blocker.issues]
    return {(str(each.tracker), each.identity): each for each in addresses}


def _follow(loading: Loading, blocker: Blocker, address: Address) -> TrackerLink:
    link = TrackerLink.objects.create(
        blocker=blocker,
        tracker=address.tracker,
        url=address.url,
        identity=address.identity,
        key=address.key,
        linked_by=loading.by,
        linked_at=loading.now,
    )
    loading.report.created("issues", address.key)
    _tell(loading, blocker, "added an issue", address.url)
    return link


def _hear(
    said: Mapping[Key, schema.BlockerEntry],
    blockers: Mapping[Key, Blocker],
    links: Mapping[tuple[int, tuple[str, str]], TrackerLink],
) -> None:
    """What a tracker said elsewhere, where it has said nothing here."""
    for key, each in said.items():
        for url, heard in each.heard.items():
            address = parsed(url)
            link = links.get((blockers[key].pk, (str(address.tracker), address.identity)))
            if link is not None:
                link.restore(
                    IssueEvent(
                        address, IssueState(heard.state), heard.as_of, heard.title, heard.by, heard.how
                    ),
                    heard.since,
                )


def _drop(loading: Loading, blocker: Blocker, link: TrackerLink) -> None:
    link.delete()
    loading.report.changed("issues", link.key, ["removed"])
    _tell(loading, blocker, "removed an issue", link.url)


def _tell(loading: Loading, blocker: Blocker, verb: str, url: str) -> None:
    loading.noted(blocker, verb, {}, {}, region=blocker.launch.region_id, note=url)
