// Formulas as KaTeX and LaTeX take them.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include <hindsight/blame.hpp>
#include <hindsight/explain/derivation.hpp>
#include <hindsight/hindsight.hpp>

#include "networks/networks.hpp"
#include "readers/explain/written.hpp"
#include "temporary_folder.hpp"

namespace hs = hindsight;
namespace explain = hindsight::explain;

namespace {

/// An operation of which only the LaTeX is looked at.
constexpr hs::Op looking_like(const char* latex) {
  return {.name = "test_looks",
          .latex = latex,
          .text = "test_looks({0}, {1})",
          .words = "the first, as it looks",
          .arity = 2,
          .elementwise = true,
          .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
          .forward = [](hs::Operands in, const hs::Attributes&,
                        hs::Array& out) { out.mutable_data<double>()[0] = in[0].at(0); },
          .partials = {[](const hs::Tensor& y) { return y; }, [](const hs::Tensor& y) { return y; }}};
}

bool succeeds(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

}  // namespace

TEST(Latex, AnInputThatDoesNotStandApartIsBracketedUnlessItIsOneThing) {
  const auto scalar = [](const char* name) {
    return hs::tensor(2.0, {.dtype = hs::float64}).requires_grad_().named(name);
  };
  const hs::Tensor x = scalar("x"), y = scalar("y");
  const auto written = [&](const char* latex, const hs::Tensor& a, const hs::Tensor& b) {
    const hs::Op op = looking_like(latex);
    return explain::latex(hs::apply(op, {a, b}));
  };
  const char* hypot = R"(\sqrt{{0}^2+{1}^2})";
  EXPECT_EQ(written(hypot, x, y), R"(\sqrt{x^2+y^2})");
  EXPECT_EQ(written(hypot, x, x - y), R"(\sqrt{x^2+\left(x - y\right)^2})");
  EXPECT_EQ(written(hypot, x * y, -y), R"(\sqrt{\left(x \cdot y\right)^2+\left(-y\right)^2})");
  EXPECT_EQ(written(hypot, hs::tanh(x), y), R"(\sqrt{\tanh\left(x\right)^2+y^2})");
  EXPECT_EQ(written(hypot, hs::pow(x, 3), y), R"(\sqrt{\left(x^{3}\right)^2+y^2})") << "one exponent";
  EXPECT_EQ(written("{0} {1}", x + y, x - y), R"(\left(x + y\right) \left(x - y\right))");
  EXPECT_EQ(written(R"(\left|{0} - {1}\right|)", x + y, x - y), R"(\left|x + y - \left(x - y\right)\right|)");
  const auto apart = [&](const char* latex) { return written(latex, x + y, x - y); };
  EXPECT_EQ(apart(R"(\operatorname{f}\left({0}, {1}\right))"),
            R"(\operatorname{f}\left(x + y, x - y\right))");
  EXPECT_EQ(apart(R"(\frac{{0}}{{1}})"), R"(\frac{x + y}{x - y})");
  EXPECT_EQ(apart(R"(\left[{0} > {1}\right])"), R"(\left[x + y > x - y\right])");
  EXPECT_EQ(apart(R"(\left\lfloor{0}\right\rfloor_{{1}})"), R"(\left\lfloor x + y\right\rfloor_{x - y})");
}

TEST(Latex, BracketsASignBehindAnOther) {
  const auto written = [](const char* text) {
    return explain::latex(explain::read_expression(text, {{"x", 2}, {"y", 3}}).value);
  };
  EXPECT_EQ(written("x-(-y)"), R"(x - \left(-y\right))");
  EXPECT_EQ(written("x*(-3)"), R"(x \cdot \left(-3\right))");
  EXPECT_EQ(written("-(-x)"), R"(-\left(-x\right))");
  EXPECT_EQ(written("-x*y"), R"(-x \cdot y)");
  EXPECT_EQ(written("exp(-x)"), R"(e^{-x})");
}

TEST(Latex, ShowsNoDigitsThatAreNotKnown) {
  const auto written = [](const char* text) {
    return explain::latex(explain::read_expression(text, {}).value);
  };
  EXPECT_EQ(written("1.524157875e14"), R"(1.524157875 \cdot 10^{14})");
  EXPECT_EQ(written("-1e12"), R"(-10^{12})");
  EXPECT_EQ(written("12345678901234"), "12345678901234");
  EXPECT_EQ(written("200"), "200");
}

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
  const auto expect_compiled = [](const hs::Document& document) {
    const TemporaryFolder folder;
    folder.file("d.tex", to_latex(document));
    EXPECT_TRUE(succeeds("cd " + folder.str() + " && pdflatex -halt-on-error -interaction=nonstopmode d.tex"))
        << to_latex(document);
  };
  for (const std::uint32_t number : {0U, 14U, 33U, 95U, 120U})
    expect_compiled(document(explain::derivation(networks::random_network(number).compute)));
  const networks::Network network = networks::random_network(7);
  expect_compiled(document(
      hs::blame::ledger(network.loss, network.model.parameters()[0].value(), 0, {.data = network.features})));
  expect_compiled(
      document(explain::chain_rule(explain::read_expression("maximum(x, y)^2", {{"x", 2}, {"y", 1}}))));
}
