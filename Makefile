# make demo   set up, index the sample corpus, ask one question
# make serve  set up, index the sample corpus, open the search page on http://127.0.0.1:8000
# make test   set up and run the tests
# make test-long  what takes minutes: hostile files
# make test-legacy  old office formats, converted by LibreOffice (which must be there)
# make test-faults  kill, fill the disk under and break every change to an index (needs strace)
# make fuzz   four minutes of made-up files, questions and requests (FUZZ_SECONDS=…)
# make test-milvus  every store's contract and several processes, on Milvus Lite
# make lint   ruff, mypy, import-linter, bandit
# make sbom   what an installation consists of, with licences (CycloneDX)
# make screenshots   the README's pictures, with Debian's chromium
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FUZZ_SECONDS ?= 240
QUESTION ?= 首席质量官培训由哪个部门牵头？

.PHONY: setup demo serve test test-milvus test-long test-legacy test-faults fuzz lint sbom screenshots clean

setup: $(VENV)/.done

$(VENV)/.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

demo: setup
	$(BIN)/qa-engine index corpus
	$(BIN)/qa-engine ask $(QUESTION)

serve: setup
	$(BIN)/qa-engine index corpus
	$(BIN)/qa-engine serve

test: setup
	$(BIN)/python -m pytest

test-milvus: setup
	$(BIN)/python -m pytest -m "long or not long" tests/contracts/test_store.py tests/unit/adapters/milvus \
		tests/integration/test_milvus.py tests/integration/test_milvus_switching.py tests/integration/test_bulk_indexing.py \
		tests/integration/test_bulk_cluster.py

test-long: setup
	$(BIN)/python -m pytest -m long

test-legacy: setup
	QA_ENGINE_TEST_OFFICE=1 $(BIN)/python -m pytest -m "long or not long" tests/integration/test_legacy_formats.py

test-faults: setup
	$(BIN)/python -m tests.faults

fuzz: setup
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,fuzz]'
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml qa_engine web/qa_engine_web scripts

sbom: setup
	$(BIN)/python scripts/sbom.py sbom.json

screenshots: setup
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
