import inspect

import cosell.sandbox.stepfunctions as package


def test_the_example_of_the_package_runs() -> None:
    """The indented block of the docstring, up to the first line that is not indented, asserts its own outcome."""
    lines = inspect.getdoc(package).splitlines()  # type: ignore[union-attr]
    example = [line for line in lines if line.startswith("    ") or not line]
    source = "\n".join(line.removeprefix("    ") for line in example)

    assert "assert (execution.status, execution.output)" in source
    exec(source, {name: getattr(package, name) for name in package.__all__})  # noqa: S102
