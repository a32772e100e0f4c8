#!/usr/bin/env python3
"""That tools/generate-docs catches what it is there for: each case is a small repository with one thing wrong.

    generate_docs_test.py PATH_OF_GENERATE_DOCS
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(sys.argv.pop(1)).resolve()

SOURCE = """int first() {
  return 1;
}

int second() { return 2; }
"""
PROGRAM = """#!/bin/sh
echo "Heading:"
echo "value 1, difference 8.9e-16"
echo
echo "took much (0.25 s)"
"""


class Repository(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("src", "docs", "build", "docs/pictures"):
            (self.root / name).mkdir()
        (self.root / "src/numbers.cpp").write_text(SOURCE)
        program = self.root / "build/hindsight"
        program.write_text(PROGRAM)
        program.chmod(0o755)

    def write(self, text):
        (self.root / "docs/page.md").write_text(text)

    def page(self):
        return (self.root / "docs/page.md").read_text()

    def run_tool(self, *arguments):
        done = subprocess.run([sys.executable, "-B", TOOL, "--root", self.root, *arguments], capture_output=True, text=True)
        return done.returncode, done.stdout

    def generate(self):
        return self.run_tool(self.root / "build")

    def check(self):
        return self.run_tool(self.root / "build", "--check")


class Blocks(Repository):
    def expect_body(self, command, body):
        self.write(f"<!-- generated: {command} -->\n<!-- end -->\n")
        self.assertEqual(self.generate()[0], 0)
        self.assertEqual(self.page(), f"<!-- generated: {command} -->\n{body}<!-- end -->\n")
        self.assertEqual(self.check()[0], 0)

    def test_output_comes_with_its_command_and_says_where_durations_stood(self):
        self.expect_body("run hindsight demo", "```text\n$ hindsight demo\nHeading:\nvalue 1, difference 8.9e-16\n\ntook much (… s)\n```\n")

    def test_paragraph(self):
        self.expect_body('run hindsight demo | paragraph "Heading"', "```text\nHeading:\nvalue 1, difference 8.9e-16\n```\n")

    def test_markdown_stands_as_it_is(self):
        self.expect_body('insert hindsight demo | paragraph "Heading"', "\nHeading:\nvalue 1, difference 8.9e-16\n\n")

    def test_another_verb(self):
        self.write("<!-- generated: print hindsight demo -->\n<!-- end -->\n")
        self.assertIn("a block says run, insert or show and what, and this says print hindsight demo", self.generate()[1])

    def test_lines_lose_their_margin(self):
        self.expect_body('show src/numbers.cpp | from "return 1" to "return 1"', "```cpp\nreturn 1;\n```\n")

    def test_first_lines_say_that_there_are_more(self):
        self.expect_body('show src/numbers.cpp | paragraph "first" | first 1', "```cpp\nint first() {\n...\n```\n")

    def test_a_stale_block_is_named_and_left_as_it_is(self):
        stale = '<!-- generated: show src/numbers.cpp | paragraph "second" -->\n```cpp\nint second() { return 3; }\n```\n<!-- end -->\n'
        self.write(stale)
        code, output = self.check()
        self.assertEqual(code, 1)
        self.assertIn("docs/page.md:1: stale: show src/numbers.cpp", output)
        self.assertIn("return 3", output)
        self.assertEqual(self.page(), stale)

    def test_rounding_noise_is_not_stale(self):
        self.write('<!-- generated: run hindsight demo | paragraph "Heading" -->\n'
                   "```text\nHeading:\nvalue 1, difference 4.4e-16\n```\n<!-- end -->\n")
        self.assertEqual(self.check()[0], 0)

    def test_another_value_is_stale(self):
        self.write('<!-- generated: run hindsight demo | paragraph "Heading" -->\n'
                   "```text\nHeading:\nvalue 2, difference 8.9e-16\n```\n<!-- end -->\n")
        self.assertEqual(self.check()[0], 1)

    def test_a_block_without_an_end(self):
        self.write("<!-- generated: run hindsight demo -->\n")
        self.assertIn("docs/page.md: a generated block has no <!-- end -->", self.generate()[1])

    def test_a_text_that_is_not_there(self):
        self.write('<!-- generated: show src/numbers.cpp | paragraph "third" -->\n<!-- end -->\n')
        code, output = self.check()
        self.assertEqual(code, 1)
        self.assertIn('no line has "third"', output)

    def test_a_program_that_fails(self):
        (self.root / "build/hindsight").write_text("#!/bin/sh\necho bad; exit 2\n")
        self.write("<!-- generated: run hindsight demo -->\n<!-- end -->\n")
        self.assertIn("hindsight demo exited with 2: bad", self.generate()[1])


class Links(Repository):
    def expect_fault(self, text, fault):
        self.write(text)
        code, output = self.run_tool("--links")
        self.assertEqual(code, 1)
        self.assertIn("docs/page.md:1: " + fault, output)

    def test_what_is_there(self):
        self.write("# A heading, twice\n[numbers](../src/numbers.cpp) [here](#a-heading-twice) `src/numbers.cpp` `numbers.cpp`\n"
                   "[elsewhere](https://example.org) `x.y` ![picture](pictures)\n")
        self.assertEqual(self.run_tool("--links"), (0, ""))

    def test_a_dead_link(self):
        self.expect_fault("[gone](gone.md)\n", "dead link: gone.md")

    def test_a_dead_picture(self):
        self.expect_fault("![gone](pictures/gone.png)\n", "dead link: pictures/gone.png")

    def test_a_heading_that_is_not_there(self):
        self.expect_fault("[here](#nowhere)\n", "dead link: #nowhere: no heading has that name")

    def test_a_path_that_is_not_there(self):
        self.expect_fault("`src/gone.cpp`\n", "there is no src/gone.cpp")

    def test_a_header_that_is_not_there(self):
        self.expect_fault("`<hindsight/gone.hpp>`\n", "there is no include/hindsight/gone.hpp")

    def test_a_file_name_that_is_nowhere(self):
        self.expect_fault("`gone.cpp`\n", "no file is called gone.cpp")


if __name__ == "__main__":
    unittest.main()
