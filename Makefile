# Everything sets itself up in .venv; nothing but python3, make and git is needed beforehand.
PYTHON ?= python3
VENV := .venv
KG := $(VENV)/bin/kg
export KG_CACHE := $(CURDIR)/.cache

.PHONY: demo test check setup evaluate bench docs clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

demo: setup
	$(KG) build -o out/store
	$(KG) --store out/store trace 海南 --on 2022-07-01
	$(KG) --store out/store timeline --place 海南 --format csv
	$(KG) --store out/store graph RCEP --hops 1 --on 2022-07-01 -o out/network.html
	$(KG) --store out/store timeline -o out/timeline.html
	@echo "network page:  out/network.html"
	@echo "timeline page: out/timeline.html"

check: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(KG) check data

test: setup
	$(VENV)/bin/pytest -n 2

evaluate: setup
	$(VENV)/bin/python -m benchmarks.evaluate_ingest

SIZE ?= 1M
bench: setup
	$(VENV)/bin/python -m benchmarks.run $(SIZE)

docs: setup
	$(VENV)/bin/python -m docs.make

clean:
	rm -rf out .cache
