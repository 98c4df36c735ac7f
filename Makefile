# One word for every chore, the same on every machine; `make` alone lists them.
# Everything is installed into .venv from the hashed lock files, nothing anywhere else.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test proof gallery golden screenshots format messages lock clean
MAKEFLAGS += --no-builtin-rules --no-print-directory

# A user's pip settings keep their say on mirrors and certificates, but not on where packages go.
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PYTHONPATH PYTHONHOME

PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
PYTHON := .venv/bin/python
UV = $(or $(wildcard .venv/bin/uv),$(shell command -v uv),$(error 请先运行 make test，锁定所用的 uv 随之装好 | Run make test first, which installs uv))

# A stamp is named after the content it was installed from, so a checkout that only changes times installs nothing.
# A .venv that was copied here, or whose Python has been upgraded away, no longer counts.
KEY := $(shell cat requirements.lock requirements-test.lock pyproject.toml 2>/dev/null | cksum | cut -d ' ' -f 1)
DEMO := .venv/ready-demo-$(KEY)
TEST := .venv/ready-test-$(KEY)
SOUND := $(shell grep -qsF "$$(pwd -P)/.venv" .venv/bin/activate && $(PYTHON) -c 'import pip' 2>/dev/null && echo yes)
ifneq ($(SOUND),yes)
.PHONY: $(DEMO) $(TEST)
endif

# The first command of PYTHONS for which a condition holds. A missing prerequisite is said in one line, without a trace.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
WITH_VENV := import ensurepip, venv; $(NEW_ENOUGH)
first = $(shell for each in $(PYTHONS); do "$$each" -c '$(1)' >/dev/null 2>&1 </dev/null && echo "$$each" && break; done)
SYSTEM_PYTHON = $(or $(call first,$(WITH_VENV)),$(if $(call first,$(NEW_ENOUGH)),$(NO_VENV),$(NO_PYTHON)))
NO_PYTHON = $(error 请先安装 Python 3.11 或更新版本（Debian：apt install python3 python3-venv）| Install Python 3.11 or newer first)
NO_VENV = $(error 请先安装 venv 模块（Debian：apt install $(call first,$(NEW_ENOUGH))-venv）| Install Python's venv module first)
NO_PROOF_TOOLS = $(error 请先安装 chromium、poppler-utils、libreoffice-calc 和 libreoffice-writer（Debian：apt install chromium poppler-utils libreoffice-calc libreoffice-writer）| Install chromium, poppler-utils, libreoffice-calc and libreoffice-writer first)
NO_PICTURE_TOOLS = $(error 请先安装 chromium 和 poppler-utils（Debian：apt install chromium poppler-utils）| Install chromium and poppler-utils first)

# Quiet to the point of errors: a mirror's warnings are of no use to the reader here.
define install
	@echo "正在把 $(1) 装入 .venv，首次约需一两分钟 | Installing $(1) into .venv, a minute or two the first time"
	@$(if $(SOUND),,"$(SYSTEM_PYTHON)" -m venv --clear .venv)
	@$(PYTHON) -m pip install -qq --progress-bar off --require-hashes -r $(1)
	@$(PYTHON) -m pip install -qq --progress-bar off --no-deps --no-build-isolation -e .
	@rm -f .venv/ready-*
	@touch $(2)
endef

$(DEMO):
	$(call install,requirements.lock,$(DEMO))

$(TEST):
	$(call install,requirements-test.lock,$(DEMO) $(TEST))

help:  ## 列出各条命令 | list these words
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(DEMO)  ## 安装并生成样例年报 | install, then render the sample report
	@$(PYTHON) -m giakit demo

test: $(TEST)  ## 检查代码并运行测试 | check the code and run the tests
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m pytest -n 3 --dist worksteal -m "not browser and not proof and not slow"

proof: $(TEST)  ## 运行浏览器等较慢的测试 | run the browser tests and other slow ones
	$(if $(and $(shell command -v chromium),$(shell command -v pdftoppm),$(shell command -v localc),$(shell command -v lowriter)),,$(NO_PROOF_TOOLS))
	$(PYTHON) -m pytest -m "browser or proof or slow"

gallery: $(TEST)  ## 把样例年报的每一页和网页拍成图片 | take pictures of the sample reports into outputs/gallery
	$(if $(and $(shell command -v chromium),$(shell command -v pdftoppm)),,$(NO_PICTURE_TOOLS))
	$(PYTHON) -m tests.samples.gallery

screenshots: $(TEST)  ## 从真实的 JupyterLab 拍 README 和教程的图片 | take the README's and the tutorial's pictures from a real JupyterLab
	$(if $(and $(shell command -v chromium),$(shell command -v soffice)),,$(NO_PROOF_TOOLS))
	$(PYTHON) -m pytest tests/browser/test_whole_round.py
	cp outputs/screenshots/panel.png README-panel.png
	cp outputs/screenshots/narrative.png README-narrative.png
	$(PYTHON) -m tests.samples.pictures

golden: $(TEST)  ## 重写标准样，差异用 git diff 查看 | rewrite the golden files, to be read in git diff
	$(PYTHON) -m tests.golden

format: $(TEST)  ## 整理代码格式 | put the code into shape
	$(PYTHON) -m ruff check --fix-only
	$(PYTHON) -m ruff format

messages: $(TEST)  ## 更新并编译界面译文 | update and compile the translations
	$(PYTHON) tests/repository/catalogue.py

# The constraint keeps the two locks in step: a tester runs what a user runs. UPGRADE=--upgrade takes newer versions.
COMPILE = "$(UV)" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate $(UPGRADE) \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml
lock:  ## 重新锁定依赖版本 | resolve the dependencies anew
	$(COMPILE) --group dev --output-file requirements-test.lock
	$(COMPILE) --group build --constraint requirements-test.lock --output-file requirements.lock

clean:  ## 删除 .venv 和各种缓存 | remove .venv and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find giakit tests -name __pycache__ -prune -exec rm -rf {} +
