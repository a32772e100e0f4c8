"""Plants bad includes in a small house: tools/check-floors must catch each, and nothing else."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(sys.argv.pop()).resolve()

HOUSE = {
    "src/CMakeLists.txt": """
        hindsight_floor(base  HEADERS error.hpp)
        hindsight_floor(array HEADERS shape.hpp USES base)
        hindsight_floor(graph USES base array)
        hindsight_floor(explain FOLDER readers/explain USES graph)
    """,
    "include/hindsight/error.hpp": "#include <string>\n",
    "include/hindsight/shape.hpp": "#include <hindsight/error.hpp>\n",
    "include/hindsight/graph.hpp": "#include <hindsight/shape.hpp>\n",
    "include/hindsight/figure.hpp": "#include <vector>\n",
    "include/hindsight/hindsight.hpp": "#include <hindsight/graph.hpp>\n",
    "src/base/format.hpp": "#include <fmt/format.h>\n",
    "src/array/shape.cpp": '#include <hindsight/shape.hpp>\n#include "base/format.hpp"\n',
    "src/graph/node.hpp": "#include <hindsight/graph.hpp>\n",
    "src/graph/node.cpp": '#include "graph/node.hpp"\n#include "base/format.hpp"\n',
    "src/readers/explain/explain.cpp": '#include "graph/node.hpp"\n',
    "src/figure/canvas.cpp": '#include <cairo.h>\n#include <hindsight/error.hpp>\n#include "base/format.hpp"\n',
    "apps/cli/style.hpp": "#include <string>\n",
    "apps/cli/command_line.cpp": "#include <CLI/CLI.hpp>\n",
    "apps/cli/main.cpp": '#include <hindsight/hindsight.hpp>\n#include "style.hpp"\n',
    "examples/lesson.cpp": "#include <hindsight/hindsight.hpp>\n#include <hindsight/figure.hpp>\n",
    "examples/lesson.hpp": "",
    "apps/cli/demo/demo.cpp": '#include "style.hpp"\n#include "lesson.hpp"\n',
    "tests/graph/node.cpp": '#include <gtest/gtest.h>\n#include "graph/node.hpp"\n',
}


def check(changes):
    """The exit status and the complaints of the house with `changes` (path: text) made to it."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**HOUSE, **changes}.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        run = subprocess.run([sys.executable, str(CHECK), "--root", folder], capture_output=True, text=True)
        return run.returncode, run.stdout.splitlines()[:-1] + run.stderr.splitlines()


class CheckFloors(unittest.TestCase):
    def catches(self, path, text, complaint):
        self.assertEqual(check({path: text}), (1, [complaint]))

    def test_a_sound_house_passes(self):
        self.assertEqual(check({}), (0, []))

    def test_a_private_header_of_a_higher_floor(self):
        self.catches("src/array/shape.cpp", '\n#include "graph/node.hpp"\n',
                     "src/array/shape.cpp:2: graph/node.hpp: array may not use graph (it may use: base)")

    def test_a_public_header_of_a_higher_floor(self):
        self.catches("src/base/error.cpp", "#include <hindsight/shape.hpp>\n",
                     "src/base/error.cpp:1: hindsight/shape.hpp: base may not use array (it may use: no other floor)")

    def test_a_public_header_that_includes_a_higher_one(self):
        self.catches("include/hindsight/shape.hpp", "#include <hindsight/graph.hpp>\n",
                     "include/hindsight/shape.hpp:1: hindsight/graph.hpp: array may not use graph (it may use: base)")

    def test_a_floor_that_is_below_but_not_named(self):
        self.catches("src/readers/explain/explain.cpp", '#include "base/format.hpp"\n',
                     "src/readers/explain/explain.cpp:1: base/format.hpp: "
                     "explain may not use base (it may use: graph)")

    def test_the_header_for_users_inside(self):
        self.catches("src/graph/node.cpp", "#include <hindsight/hindsight.hpp>\n",
                     "src/graph/node.cpp:1: hindsight/hindsight.hpp: "
                     "hindsight.hpp is for users: inside, include what is used")

    def test_pictures_in_the_core(self):
        self.catches("include/hindsight/hindsight.hpp", "#include <hindsight/figure.hpp>\n",
                     "include/hindsight/hindsight.hpp:1: hindsight/figure.hpp: "
                     "hindsight.hpp is the core, and pictures stand apart from it")

    def test_a_third_party_in_a_public_header(self):
        self.catches("include/hindsight/error.hpp", "#include <fmt/format.h>\n",
                     "include/hindsight/error.hpp:1: fmt/format.h: "
                     "fmt may be included only in src/base/format.hpp, src/base/format.cpp")

    def test_a_private_header_in_a_public_one(self):
        self.catches("include/hindsight/graph.hpp", '#include "graph/node.hpp"\n',
                     "include/hindsight/graph.hpp:1: graph/node.hpp: "
                     "a public header may include only the standard library and <hindsight/...>")

    def test_a_third_party_out_of_its_place(self):
        self.catches("src/graph/node.cpp", "#include <cairo.h>\n",
                     "src/graph/node.cpp:1: cairo.h: cairo may be included only in src/figure")

    def test_an_unknown_third_party(self):
        self.catches("src/graph/node.cpp", "#include <boost/any.hpp>\n",
                     "src/graph/node.cpp:1: boost/any.hpp: "
                     "an unknown third party: give it a line in tools/check-floors")

    def test_internals_in_an_example(self):
        self.catches("examples/lesson.cpp", '#include "graph/node.hpp"\n',
                     "examples/lesson.cpp:1: graph/node.hpp: examples may not use graph (it may use: public)")

    def test_the_library_may_not_know_its_examples(self):
        self.catches("src/graph/node.cpp", '#include "lesson.hpp"\n',
                     "src/graph/node.cpp:1: lesson.hpp: "
                     'there is no such file: project headers are included as "floor/name.hpp"')

    def test_a_header_that_no_floor_claims(self):
        self.catches("include/hindsight/stray.hpp", "#include <string>\n",
                     "include/hindsight/stray.hpp:1: string: "
                     "belongs to no floor: name it in a hindsight_floor(...) line of src/CMakeLists.txt")

    def test_a_folder_that_is_no_floor(self):
        self.catches("src/attic/old.cpp", "#include <string>\n",
                     "src/attic/old.cpp:1: string: "
                     "belongs to no floor: name it in a hindsight_floor(...) line of src/CMakeLists.txt")

    def test_a_header_that_is_not_there(self):
        self.catches("src/graph/node.cpp", '#include "node.hpp"\n',
                     "src/graph/node.cpp:1: node.hpp: "
                     'there is no such file: project headers are included as "floor/name.hpp"')

    def test_a_name_that_says_nothing(self):
        self.catches("src/graph/graph_utils.cpp", "",
                     "src/graph/graph_utils.cpp: "
                     "a file is named after the one thing that it defines, not 'graph_utils'")

    def test_a_long_file_is_a_warning(self):
        status, lines = check({"src/graph/long.cpp": "\n" * 401})
        self.assertEqual((status, lines),
                         (0, ["warning: src/graph/long.cpp: 401 lines, and a file stays near 400 at most"]))


if __name__ == "__main__":
    unittest.main()
