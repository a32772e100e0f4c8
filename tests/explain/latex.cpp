// Formulas as KaTeX and LaTeX take them.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include <hindsight/explain/derivation.hpp>

#include "networks/networks.hpp"
#include "temporary_folder.hpp"

namespace explain = hindsight::explain;

namespace {

bool succeeds(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

}  // namespace

TEST(Latex, OfTheZooIsTakenByKatex) {
  const std::string node = "NODE_PATH=/usr/share/nodejs node ";
  if (!succeeds(node + "-e 'require(\"katex\")'")) GTEST_SKIP() << "there is no katex here";
  const TemporaryFolder folder;
  std::string formulas;
  for (std::uint32_t number = 0; number < 95; ++number) {
    const explain::Derivation d = explain::derivation(networks::random_network(number).compute);
    for (const auto* lines : {&d.forward, &d.backward})
      for (const explain::Derived& line : *lines)
        formulas += line.latex + "\n" + (line.cancelled.empty() ? "" : line.cancelled_latex + "\n");
  }
  const std::string script = folder.file(
      "render.js",
      "const katex = require('katex');\n"
      "for (const line of require('fs').readFileSync(process.argv[2], 'utf8').trim().split('\\n'))\n"
      "  katex.renderToString(line, {strict: 'error', displayMode: true});\n");
  const std::string good = folder.file("formulas.txt", formulas), bad = folder.file("bad.txt", "x_{1}_{2}\n");
  EXPECT_TRUE(succeeds(node + script + " " + good)) << formulas;
  EXPECT_FALSE(succeeds(node + script + " " + bad));
}

TEST(Latex, DocumentsAreCompiledByLatex) {
  if (!succeeds("pdflatex --version")) GTEST_SKIP() << "there is no LaTeX here";
  for (const std::uint32_t number : {0U, 14U, 33U, 95U, 120U}) {
    const TemporaryFolder folder;
    folder.file("d.tex", to_latex(explain::derivation(networks::random_network(number).compute)));
    EXPECT_TRUE(succeeds("cd " + folder.str() + " && pdflatex -halt-on-error -interaction=nonstopmode d.tex"))
        << number;
  }
}
