// One document in its three forms.
#include <gtest/gtest.h>

#include <hindsight/document.hpp>

#include "readers/document/words.hpp"

namespace hs = hindsight;
using hs::Document;

namespace {

Document example() {
  Document page;
  page.heading("What **$x_1$** does");
  page.paragraph("It is `a_b < c`, and " + hs::plain("costs $5, *much*") + ".");
  page.formula("y = x^{2}");
  page.formula("\\partial y", true);
  Document::Table table("rl", {"n", ""});
  table.row({"1", "`|x|`"});
  table.row({"2", ""});
  page.table(table);
  page.table(Document::Table("l", {"of nothing"}));
  page.picture("<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n", "a < b");
  return page;
}

}  // namespace

TEST(Document, IsMarkdown) {
  EXPECT_EQ(to_markdown(example()),
            "## What **$x_1$** does\n\n"
            "It is `a_b < c`, and costs \\$5, \\*much\\*.\n\n"
            "$$ y = x^{2} $$\n\n"
            "$$ \\qquad \\partial y $$\n\n"
            "| n | |\n|---:|---|\n| 1 | `\\|x\\|` |\n| 2 | |\n\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n");
}

TEST(Document, IsLatex) {
  const std::string latex = to_latex(example());
  const std::string begin = "\\begin{document}\n";
  EXPECT_EQ(latex.substr(0, 24), "\\documentclass{article}\n");
  EXPECT_EQ(latex.substr(latex.find(begin) + begin.size()),
            "\\subsection*{What \\textbf{$x_1$} does}\n"
            "\\noindent It is \\texttt{a\\_b \\textless{} c}, and costs \\$5, *much*.\n\n"
            "\\[ y = x^{2} \\]\n"
            "\\[ \\qquad \\partial y \\]\n"
            "{\\small\\begin{longtable}{rl}\nn &  \\\\\n\\hline\n"
            "1 & \\texttt{\\textbar{}x\\textbar{}} \\\\\n2 &  \\\\\n\\end{longtable}}\n"
            "\\noindent (Picture: a \\textless{} b)\n\n"
            "\\end{document}\n");
}

TEST(Document, IsAPageThatNeedsNothingElse) {
  const std::string html = to_html(example(), "a & b");
  EXPECT_EQ(html.substr(0, 15), "<!DOCTYPE html>");
  EXPECT_NE(html.find("<title>a &amp; b</title>"), std::string::npos);
  EXPECT_EQ(
      html.substr(html.find("<body>")),
      "<body>\n<h1>a &amp; b</h1>\n"
      "<h2>What <b><math><msub><mi>x</mi><mn>1</mn></msub></math></b> does</h2>\n"
      "<p>It is <code>a_b &lt; c</code>, and costs $5, *much*.</p>\n"
      "<div class=\"formula\"><math display=\"block\"><mi>y</mi><mo>=</mo><msup><mi>x</mi>"
      "<mrow><mn>2</mn></mrow></msup></math></div>\n"
      "<div class=\"formula within\"><math display=\"block\"><mi>∂</mi><mi>y</mi></math></div>\n"
      "<table>\n<tr><th class=\"r\">n</th><th></th></tr>\n"
      "<tr><td class=\"r\">1</td><td><code>|x|</code></td></tr>\n"
      "<tr><td class=\"r\">2</td><td></td></tr>\n</table>\n"
      "<figure>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n<figcaption>a &lt; b</figcaption>\n</figure>\n"
      "</body>\n</html>\n");
  for (const char* link : {"http://", "https://", "src=", "href="})
    for (std::size_t at = html.find(link); at != std::string::npos; at = html.find(link, at + 1))
      EXPECT_EQ(html.substr(at, 14), "http://www.w3.") << "only names of namespaces";
}

TEST(Document, TakesWordsFromElsewhereAsTheyAre) {
  const std::string words = "_a_ <b>b</b> &amp; [c](d) ~~e~~ `f` $g$ **h** \\ |";
  std::string text;
  for (const hs::Span& span : hs::spans(hs::plain(words))) text += span.text;
  EXPECT_EQ(text, words);
  EXPECT_EQ(hs::plain("a\nb\r"), "a b ") << "a line end would end a row";
  EXPECT_EQ(hs::code("a\nb"), "`a b`");
  Document page;
  page.paragraph(hs::plain("_a_ <b>"));
  EXPECT_EQ(to_markdown(page), "\\_a\\_ \\<b>\n");
}

TEST(Document, NamesCharactersThatPdflatexDoesNotKnow) {
  Document page;
  page.paragraph("größe “x” → 日 − é");
  EXPECT_NE(to_latex(page).find("größe “x” → [U+65E5] [U+2212] é"), std::string::npos) << to_latex(page);
}

TEST(Document, LeavesWhatIsOpenedAndNotClosedAsItIs) {
  const auto text_of = [](const std::string& words) {
    std::string text;
    for (const hs::Span& span : hs::spans(words)) {
      EXPECT_EQ(span.kind, hs::Span::Kind::plain) << words;
      EXPECT_FALSE(span.is_bold) << words;
      text += span.text;
    }
    return text;
  };
  for (const char* words : {"a `b", "$5", "2 ** 3", "a * b * c", "c:\\x", ""})
    EXPECT_EQ(text_of(words), words);
  for (const char* words : {"`a` $b$ **c** \\d \\", "***", "`$`*"})
    EXPECT_EQ(text_of(hs::plain(words)), words);
  EXPECT_EQ(hs::spans(hs::code("a`b"))[0].text, "a'b") << "code cannot hold its own mark";
}
