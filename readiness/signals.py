"""What other packages may listen to, so that this one need not know them."""

from django.dispatch import Signal

# Cells changed, in the sender's transaction or right after it. Arguments: cells (ids), now.
# The unhandled `Change` rows are the guarantee; this is the fast path.
cells_changed = Signal()

# What stands on these cells? Arguments: cells (ids). Each receiver answers with a list of `LiveBlocker`.
live_blockers_asked = Signal()
