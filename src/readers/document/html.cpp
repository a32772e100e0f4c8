// A document as a page for browsers, which is XML as well.
#include <hindsight/document.hpp>

#include "base/format.hpp"
#include "base/xml.hpp"
#include "readers/document/words.hpp"

namespace hindsight {
namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; margin: 1.6em 0 0.5em; }
code { font: 0.92em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto; }
th, td { padding: 0.25em 0.75em; border-bottom: 1px solid #8886; text-align: left; vertical-align: top; }
.r { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.formula { margin: 0.6em 0; overflow-x: auto; }
.formula math { font-size: 1.15em; }
.within { margin-left: 3rem; }
figure { margin: 1.5em 0; overflow-x: auto; }
figure svg { background: #fff; max-width: none; }
figcaption { color: GrayText; }
)";

std::string in_html(const std::string& words) {
  std::string text;
  for (const Span& span : spans(words)) {
    const std::string inner = span.kind == Span::Kind::formula ? to_mathml(span.text)
                              : span.kind == Span::Kind::code
                                  ? formatted("<code>{}</code>", xml_escaped(span.text))
                                  : xml_escaped(span.text);
    text += span.is_bold ? formatted("<b>{}</b>", inner) : inner;
  }
  return text;
}

std::string row(const std::string& columns, const std::vector<std::string>& cells, const char* tag) {
  std::string text = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i)
    text +=
        formatted("<{0}{1}>{2}</{0}>", tag, columns.at(i) == 'r' ? " class=\"r\"" : "", in_html(cells[i]));
  return text + "</tr>\n";
}

struct Html {
  std::string operator()(const Document::Heading& heading) const {
    return formatted("<h{0}>{1}</h{0}>\n", heading.level, in_html(heading.words));
  }
  std::string operator()(const Document::Paragraph& paragraph) const {
    return formatted("<p>{}</p>\n", in_html(paragraph.words));
  }
  std::string operator()(const Document::Formula& formula) const {
    return formatted("<div class=\"formula{}\">{}</div>\n", formula.within ? " within" : "",
                     to_mathml(formula.latex, true));
  }
  std::string operator()(const Document::Table& table) const {
    std::string text;
    for (const auto& cells : table.rows) text += row(table.columns, cells, text.empty() ? "th" : "td");
    return "<table>\n" + text + "</table>\n";
  }
  std::string operator()(const Document::Picture& picture) const {
    return formatted("<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n", picture.svg,
                     in_html(picture.title));
  }
};

}  // namespace

std::string to_html(const Document& document, std::string_view title) {
  std::string text = formatted(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
      "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
      xml_escaped(title), style);
  for (const Document::Block& block : document.blocks()) text += std::visit(Html(), block);
  return text + "</body>\n</html>\n";
}

}  // namespace hindsight
