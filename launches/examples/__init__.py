"""Harbor, an invented company six weeks before it opens in Europe, with its history and accounts."""
