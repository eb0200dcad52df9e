"""Whatever somebody may type, send or upload: no answer is 500, and neither is any page that shows it later.

make test ARGS="tests/extremes"                 a few extremes for each field, the same ones each time
EXTREMES=all make test ARGS="tests/extremes"    each extreme for each field; takes some minutes
"""
