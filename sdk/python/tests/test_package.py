"""What is installed, its README, and the examples in sdk/examples."""

import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import meet_external_api

SDK = Path(__file__).parents[2]
OPERATIONS = re.findall(r"^      operationId: (\w+)$", (SDK.parent / "openapi.yaml").read_text(), re.MULTILINE)


def run(program: str) -> str:
    """Runs a program as it stands, in a Python that has nothing else installed, and returns what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([sys.executable, "-"], input=program, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_is_what_is_tested() -> None:
    assert not Path(meet_external_api.__file__).is_relative_to(SDK)


def test_the_package_is_complete() -> None:
    package = distribution("meet-external-api")
    assert package.requires is None
    assert package.version == meet_external_api.__version__
    assert package.metadata["License-Expression"] == "MIT"
    assert package.metadata["Description-Content-Type"] == "text/markdown"
    files = {str(path) for path in package.files or []}
    assert "meet_external_api/py.typed" in files
    assert f"meet_external_api-{package.version}.dist-info/licenses/LICENSE" in files
    assert not [path for path in files if path.startswith(("tests", "generator"))]


def test_readme() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", (SDK / "python" / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks[0].splitlines()) <= 10
    assert re.match(r"[0-9a-f-]{36} http", run("".join(blocks)))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_example(operation: str) -> None:
    program = (SDK / "examples" / operation / "example.py").read_text()
    assert len(program.splitlines()) <= 20
    assert run(program).strip()
