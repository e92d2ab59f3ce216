"""Renders the chat templates and expressions of tests/data/templates with jinja2, in the environment that transformers'
apply_chat_template makes, and stores what comes out beside them: the values that tests/model/tst_jinja.cpp expects.

    python3 -m venv DIR && DIR/bin/pip install jinja2==3.1.6
    DIR/bin/python packaging/compare/templates.py

contexts.json: the conversations, each with the variables of a call of apply_chat_template.
NAME.jinja -> expected.json: under NAME what each conversation gives, {"text": ...} or {"error": ...} of the reference.
expressions.json: rows [template, expected], rendered with "values"; null where the reference raises.
"""

import datetime
import json
import pathlib
import sys

import jinja2
import jinja2.ext
import jinja2.sandbox

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data" / "templates"
NOW = datetime.datetime(2024, 7, 5, 14, 7, 9)


class Generation(jinja2.ext.Extension):
    """{% generation %} marks what a model is trained on; what stands in it is written as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_written"), [], [], body).set_lineno(line)

    def _written(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda form: NOW.strftime(form)
    return env


def rendered(env, template, variables):
    try:
        return {"text": env.from_string(template).render(**variables)}
    except Exception as error:  # whatever Python raises in a template
        return {"error": f"{type(error).__name__}: {error}"}


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def templates(env):
    contexts = json.loads((FOLDER / "contexts.json").read_text(encoding="utf-8"))
    expected = {}
    for path in sorted(FOLDER.glob("*.jinja")):
        text = path.read_text(encoding="utf-8")
        expected[path.stem] = {name: rendered(env, text, given) for name, given in contexts.items()}
    write(FOLDER / "expected.json", expected)


def expressions(env):
    path = FOLDER / "expressions.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    table["rows"] = [[row[0], rendered(env, row[0], table["values"]).get("text")] for row in table["rows"]]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in table["rows"])
    values = json.dumps(table["values"], ensure_ascii=False)
    path.write_text(f'{{"values": {values},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")


def main():
    if jinja2.__version__ != "3.1.6":
        sys.exit(f"jinja2 is {jinja2.__version__}, expected 3.1.6")
    templates(environment())
    expressions(environment())


if __name__ == "__main__":
    main()
