"""`load_networks FILE --region europe --format aws`: where a region's data may lie."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from readiness.models import Region
from readiness.models.network import collapsed, put_networks
from readiness.regions.networks import FORMATS, UnreadableNetworks, read

MAX_FILE = 50 * 1024 * 1024


class Command(BaseCommand):
    help = "Load the networks of a region; what the same source does not list any more is removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--region", required=True, help="the region's slug")
        parser.add_argument("--format", choices=FORMATS, default="cidr")
        parser.add_argument(
            "--provider-region", default="", help="as the provider writes it; the region's own by default"
        )
        parser.add_argument("--source", default="", help="what to call the list; its format by default")

    def handle(self, *_: Any, **options: Any) -> None:
        region = Region.objects.filter(slug=options["region"]).first()
        if region is None:
            raise CommandError(f"There is no region “{options['region']}”.")
        wanted = options["provider_region"] or region.provider_code
        try:
            networks = read(_text(options["file"]), options["format"], wanted)
        except UnreadableNetworks as problem:
            raise CommandError(f"{options['file']}: {problem}") from problem
        source = (options["source"] or options["format"])[:50]
        row = put_networks(region, source, networks, now=timezone.now())
        count = len(collapsed(networks))
        told = "loaded" if row else "unchanged"
        self.stdout.write(f"{region}: {count} network{'' if count == 1 else 's'} of {source}, {told}.")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_FILE:
            raise UnreadableNetworks("It is larger than 50 MB.")
        return file.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise UnreadableNetworks(f"It cannot be read ({problem}).") from problem
