// LaTeX's formulas as MathML; expected values from the standard and from KaTeX.
#include <cstdlib>

#include <gtest/gtest.h>

#include <hindsight/document.hpp>
#include <hindsight/op.hpp>

#include "base/json_writer.hpp"
#include "temporary_folder.hpp"

namespace hs = hindsight;

namespace {

std::string inner(const std::string& latex) {
  const std::string all = hs::to_mathml(latex);
  EXPECT_EQ(all.substr(0, 6), "<math>");
  return all.substr(6, all.size() - 13);
}

/// Every operation's own formula with inputs in it, and more that somebody may write.
std::vector<std::string> formulas() {
  std::vector<std::string> all = {
      "\\frac{\\partial L}{\\partial W_{1}} = \\delta_{z_{2}}^{T} a_{1}",
      "x_{1}^{2} + y^23 - \\left(\\frac{1}{2}\\right)^{n+1}",
      "\\sum_{i=1}^{n} x_i \\cdot 10^{-9} + \\max_{j} \\left|y_j\\right|",
      "\\mathrm{loss} \\approx 3.25 \\times \\sqrt{\\alpha^2 + \\beta^2} \\le \\infty",
      "\\begin{cases} a & x \\ge 0 \\\\ b & \\text{otherwise} \\end{cases}",
      "\\left\\lfloor \\ln x \\right\\rfloor, \\left[ a \\ne b \\right]_c, f'(x)"};
  for (const hs::Op* op : hs::operations()) {
    std::string latex(op->latex);
    const auto put = [&](const std::string& part, const std::string& in_its_place) {
      for (std::size_t at; (at = latex.find(part)) != std::string::npos;)
        latex.replace(at, part.size(), in_its_place);
    };
    for (const char* input : {"{0}", "{1}", "{2}"}) put(input, std::string(" ") + "xyz"[input[1] - '0']);
    for (const char* attribute :
         {"{exponent}", "{start}", "{stop}", "{alpha}", "{negative_slope}", "{dtype}", "{p}"})
      put(attribute, "k");
    all.push_back(latex);
  }
  return all;
}

}  // namespace

TEST(MathMl, WritesTheElementsOfTheStandard) {
  EXPECT_EQ(inner("x+12.5"), "<mi>x</mi><mo>+</mo><mn>12.5</mn>");
  EXPECT_EQ(inner("-x"), "<mo>−</mo><mi>x</mi>");
  EXPECT_EQ(inner("x_1^2"), "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>");
  EXPECT_EQ(inner("x^23"), "<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>") << "one digit is the exponent";
  EXPECT_EQ(inner("\\frac{a}{b}"), "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>");
  EXPECT_EQ(inner("\\sqrt{x}"), "<msqrt><mrow><mi>x</mi></mrow></msqrt>");
  EXPECT_EQ(inner("\\sum_i x"), "<munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi>");
  EXPECT_EQ(inner("\\left(x\\right]"),
            "<mrow><mo fence=\"true\" stretchy=\"true\">(</mo><mi>x</mi>"
            "<mo fence=\"true\" stretchy=\"true\">]</mo></mrow>");
  EXPECT_EQ(inner("\\left.x\\right|"), "<mrow><mi>x</mi><mo fence=\"true\" stretchy=\"true\">|</mo></mrow>");
  EXPECT_EQ(inner("f'(x)"), "<msup><mi>f</mi><mo>′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo>");
  EXPECT_EQ(inner("\\ln x"), "<mi>ln</mi><mspace width=\"0.17em\"/><mi>x</mi>");
  EXPECT_EQ(inner("\\operatorname{leaky\\_relu}(x)"), "<mi>leaky_relu</mi><mo>(</mo><mi>x</mi><mo>)</mo>");
  EXPECT_EQ(
      inner("\\begin{cases} a & b \\\\ c \\end{cases}"),
      "<mrow><mo fence=\"true\" stretchy=\"true\">{</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi>"
      "</mtd></mtr><mtr><mtd><mi>c</mi></mtd></mtr></mtable></mrow>");
  EXPECT_EQ(inner("α ≤ %"), "<mi>α</mi><mi>≤</mi><mo>%</mo>") << "what is no command stands as it is";
  EXPECT_EQ(inner("a < b & c"), "<mi>a</mi><mo>&lt;</mo><mi>b</mi><mi>c</mi>");
  EXPECT_EQ(hs::to_mathml("x", true), "<math display=\"block\"><mi>x</mi></math>");
}

TEST(MathMl, ShowsCommandsThatItDoesNotKnow) {
  EXPECT_EQ(inner("\\foo{x}"), "<mtext>\\foo</mtext><mrow><mi>x</mi></mrow>");
}

TEST(MathMl, EndsAtWhateverIsBroken) {
  for (const char* broken :
       {"",       "}",         "{",      "^",       "x^",       "x_}",     "\\",
        "\\frac", "\\frac{a}", "\\left", "\\left(", "\\right)", "\\begin", "\\begin{cases}",
        "a & b",  "\\end{x}",  "\\sqrt", "x^^2",    "\\text{",  "\xCE",    "\xBB"})
    EXPECT_EQ(hs::to_mathml(broken).substr(0, 6), "<math>") << broken;
}

TEST(MathMl, SaysWhatKatexSays) {
  const std::string node = "NODE_PATH=/usr/share/nodejs node ";
  const auto succeeds = [](const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
  };
  if (!succeeds(node + "-e 'require(\"katex\")'")) GTEST_SKIP() << "there is no katex here";
  hs::JsonWriter pairs;
  pairs.array([&] {
    for (const std::string& latex : formulas())
      pairs.value(std::vector<std::string>{latex, hs::to_mathml(latex, true)});
  });
  const TemporaryFolder folder;
  const std::string script = folder.file("compare.js", R"(
    const katex = require('katex'), fs = require('fs');
    // What is read, and how: the text, and the elements that arrange it.
    const essence = mathml => {
      const body = mathml.replace(/<annotation[\s\S]*?<\/annotation>/, '').replace(/&#x27;/g, "'");
      const tags = (body.match(/<(mfrac|msqrt|msub|msup|msubsup|munder|mover|munderover|mtable|mtr)[ >]/g) || [])
          .map(tag => tag.slice(1, -1).replace('munderover', 'msubsup').replace('munder', 'msub').replace('mover', 'msup'));
      return JSON.stringify([body.replace(/<[^>]*>/g, '').replace(/[\s\u2061\u200b]/g, '').replace(/∣/g, '|'), tags]);
    };
    let wrong = 0;
    for (const [latex, ours] of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
      let theirs;
      try { theirs = essence(katex.renderToString(latex, {output: 'mathml', displayMode: true})); }
      catch (error) { theirs = String(error); }
      if (essence(ours) !== theirs) { ++wrong; fs.appendFileSync(process.argv[3], `${latex}\n  ${essence(ours)}\n  ${theirs}\n`); }
    }
    process.exit(wrong ? 1 : 0);
  )");
  const std::string file = folder.file("pairs.json", std::move(pairs).text()),
                    report = folder.file("report.txt", "");
  EXPECT_GT(formulas().size(), 60u);
  EXPECT_TRUE(succeeds(node + script + " " + file + " " + report)) << folder.content(report);
}
