"""`python -m tests.translations`: bring the catalogues up to date with the code, and compile them."""

import sys

from tests.translations.catalogues import APPS, compiled, is_done, known, updated, write

LEFT = 1


def main() -> int:
    left = 0
    for app in APPS:
        catalogue = updated(known(app), app)
        write(catalogue, app)
        app.machine_readable.write_bytes(compiled(catalogue))
        missing = [message for message in catalogue if message.id and not is_done(message)]
        for message in missing:
            print(f"{app.name}: not in French yet: {message.id!r}")
        left += len(missing)
    return LEFT if left else 0


if __name__ == "__main__":
    sys.exit(main())
