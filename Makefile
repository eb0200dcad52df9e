# Nothing is needed but Python 3.11 or newer and make: each target first installs what it uses into .venv.
# `make run PORT=9000` and the like: docs/deployment.md lists what can be set.

python = .venv/bin/python

.PHONY: help run test check bench clean

help:
	@echo "make run     start everything; the address is printed. Ctrl-C stops it."
	@echo "make test    the whole suite, on SQLite and PostgreSQL, and in a browser (ARGS=\"-k word\" for a part)"
	@echo "make check   lint, format, types, templates, import law, migrations, deployment"
	@echo "make bench   measure against the bars"
	@echo "make clean   remove .venv and caches; var/ with its database stays"

# `exec`, so that what make passes on when it is terminated reaches the command itself and no shell in between.
run:
	@bin/venv requirements.lock && exec $(python) manage.py up --with-parent

test:
	@bin/venv requirements-dev.lock && exec $(python) -m tests $(ARGS)

bench:
	@bin/venv requirements-dev.lock && exec $(python) -m tests.benchmarks $(ARGS)

# As in production, whatever the caller's environment says, and without a file of its own.
check: export ALLOWED_HOSTS = readiness.example
check: export DATABASE_URL = sqlite://:memory:
check: export DEBUG = 0
check: export HTTPS = 1
check: export PROBE_ALLOWED_NETWORKS =
check: export PROBE_CONNECT_TO =
check: export SECRET_KEY = only-to-check-the-deployment-settings-0123456789-abcdefghijklmnopqrstuvwxyz
check:
	@bin/venv requirements-dev.lock
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy readiness launches
	find . -path ./.venv -prune -o -path '*/templates/*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	.venv/bin/lint-imports --no-logo
	$(python) manage.py makemigrations --check --dry-run
	$(python) manage.py check --deploy --fail-level WARNING

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
