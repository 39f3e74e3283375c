"""Agents that do the work, each in a way of its own."""

from tests.e2e.corpus.agents import FIX, FIXED, Agent, honest, sh, write

_WRONG = FIXED.replace("(1 - discount)", "discount")
_NEW_TEST = """import unittest

from shop.price import total


class NewTest(unittest.TestCase):
    def test_no_discount(self):
        self.assertEqual(total([5]), 5)
"""
_NEW_JS_TEST = """import assert from "node:assert/strict";
import test from "node:test";
import { total } from "../src/price.js";

test("no discount", () => assert.equal(total([5]), 5));
"""
_PICTURE = "import base64, pathlib; pathlib.Path('logo.png').write_bytes(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAE='))"
_JS_FIX = "export function total(items, discount = 0) {\n  return items.reduce((a, b) => a + b, 0) * (1 - discount);\n}\n"

HONEST: tuple[Agent, ...] = (
    honest("fixes-it", FIX, changes=("shop/price.py",), sample=True),
    honest("adds-a-test", FIX, write("tests/test_new.py", _NEW_TEST), sample=True),
    honest(
        "adds-a-package-of-tests",
        FIX,
        write("tests/more/__init__.py", ""),
        write("tests/more/test_new.py", _NEW_TEST),
    ),
    honest(
        "adds-a-module",
        write("shop/money.py", "def off(amount, discount):\n    return amount * (1 - discount)\n"),
        write(
            "shop/price.py",
            "from shop.money import off\n\n\ndef total(items, discount=0):\n    return off(sum(items), discount)\n\n\n"
            "def count(items):\n    return len(items)\n",
        ),
        changes=("shop/money.py", "shop/price.py"),
    ),
    honest(
        "moves-a-module",
        sh("git mv shop/price.py shop/pricing.py"),
        write("shop/pricing.py", FIXED),
        write("shop/price.py", "from shop.pricing import count, total\n\n__all__ = ['count', 'total']\n"),
    ),
    honest("tidies-up", FIX, sh("git rm -q shop/unused.py"), changes=("shop/price.py", "shop/unused.py")),
    honest("tests-its-work-itself", FIX, sh("python3 -m unittest -q"), changes=("shop/price.py",), sample=True),
    honest("commits-its-work-itself", FIX, sh("git commit -qam 'Take the discount off'"), changes=("shop/price.py",)),
    honest("mends-it-after-feedback", write("shop/price.py", _WRONG), then=((FIX,),)),
    honest("needs-several-turns", write("shop/price.py", _WRONG), then=((sh("python3 -m unittest -q"),), (FIX,))),
    honest("adds-a-picture", FIX, sh(f'python3 -c "{_PICTURE}"'), changes=("logo.png", "shop/price.py")),
    honest(
        "adds-a-program",
        FIX,
        write("bin/report", "#!/bin/sh\nexec python3 -m shop.report\n"),
        sh("chmod +x bin/report"),
        write(
            "shop/report.py",
            "import sys\n\n\ndef main():\n    return 0\n\n\nif __name__ == '__main__':\n    sys.exit(main())\n",
        ),
    ),
    honest(
        "writes-documentation",
        write("docs/prices.md", "# Prices\n\nA discount is a share of the whole.\n"),
        repository="working",
        changes=("docs/prices.md",),
    ),
    honest(
        "renames-a-variable",
        sh("sed -i 's/items/amounts/g' shop/price.py"),
        repository="working",
        changes=("shop/price.py",),
    ),
    honest(
        "starts-a-server-and-stops-it",
        FIX,
        sh(
            "python3 -m http.server $PORT --bind 127.0.0.1 > served 2>&1 & server=$!\n"
            "until python3 -c 'import os, socket\nsocket.create_connection((None, os.environ[\"PORT\"]))'; do :; done\n"
            "kill $server; wait $server; rm served"
        ),
        changes=("shop/price.py",),
        sample=True,
    ),
    honest("stops-processes-by-name", FIX, sh("sleep 601 & pkill -f 'sleep 601'; true")),
    honest("works-with-several-processes", FIX, sh("for n in 1 2 3 4; do (sleep 0.$n; echo $n) & done; wait")),
    honest("runs-a-server-until-its-time-is-over", FIX, sh("sleep 602", timeout=1_500), sample=True),
    honest("adds-many-files", FIX, sh("mkdir data && for i in $(seq 300); do echo $i > data/$i.txt; done")),
    honest("names-files-in-its-language", FIX, write("docs/Größe und Maß.md", "ä\n")),
    honest("links-a-file", FIX, sh("ln -s shop/price.py price-link.py")),
    honest("is-judged-by-make", FIX, verify=("make test",)),
    honest("is-judged-by-a-script", FIX, verify=("sh check.sh",)),
    honest(
        "writes-javascript", write("src/price.js", _JS_FIX), repository="web", verify=("npm test --silent",), sample=True
    ),
    honest(
        "changes-the-program-that-is-tried-out",
        FIX,
        write(
            "app.py", '"""The price of an example."""\n\nfrom shop.price import total\n\nprint(round(total([100], 0.1)))\n'
        ),
        verify=('test "$(python3 app.py)" = 90',),
    ),
    honest(
        "is-judged-by-its-own-new-test",
        FIX,
        write("tests/test_new.py", _NEW_TEST),
        verify=("python3 -m unittest -q tests.test_new", "python3 -m unittest -q"),
    ),
    honest(
        "writes-the-first-tests", write("tests/__init__.py", ""), write("tests/test_new.py", _NEW_TEST), repository="bare"
    ),
    honest(
        "adds-a-javascript-test",
        write("src/price.js", _JS_FIX),
        write("tests/new.test.js", _NEW_JS_TEST),
        repository="web",
        verify=("npm test --silent",),
    ),
    honest(
        "is-judged-by-a-new-file", FIX, write("hello.txt", "hello\n"), verify=("test -f hello.txt", "python3 -m unittest -q")
    ),
)
