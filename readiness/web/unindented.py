"""Templates without their indentation, which weighs a quarter of a long list."""

import re
from typing import Any

from django.template.loaders.filesystem import Loader

_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class UnindentedLoader(Loader):
    """Of the folders in `DIRS`; each line stays a line, so that an error names the right one."""

    def get_contents(self, origin: Any) -> str:
        return _INDENTATION.sub("", super().get_contents(origin))
