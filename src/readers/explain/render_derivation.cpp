// A derivation as text, JSON and a document.
#include <algorithm>

#include <hindsight/explain/derivation.hpp>

#include "base/format.hpp"
#include "base/json_writer.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

const char* const forward_title = "Forward: what is computed";
const char* const backward_title = "Backward: from the loss down, delta_v is dL/dv";
const char* const rules_title =
    "What the operations state: Y is the result, G the gradient of the loss by it";

constexpr std::size_t longest_beside = 44;  // characters of a formula that has its shapes beside it

std::string shaped(const std::string& name, const Shape& shape) {
  return shape.empty() ? name : name + " " + shape.str();
}

std::string checked(const Derivation& d) {
  return formatted(
      "Every formula above was read back and computed: the largest relative difference to what "
      "backpropagation gave is {:.1e}.",
      d.difference());
}

std::string origin(const Derived& line) {
  return line.module.empty() ? "" : formatted("module \"{}\"", line.module);
}

std::string here(const Derived& line) {
  return line.here.empty() ? "" : formatted(", as {} at every element", joined(line.here, " and "));
}

bool is_of_weight(const Derived& line) { return line.name.starts_with("dL/d"); }

/// What comes next: the output error, the gradients of a module, the error pulled back.
std::string heading(const std::vector<Derived>& lines, std::size_t i) {
  const auto title = [&](std::size_t k) -> std::string {
    if (is_of_weight(lines[k]))
      return lines[k].module.empty() ? "Gradients" : formatted("Gradients of module \"{}\"", lines[k].module);
    if (!lines[k].name.starts_with("delta_")) return "";
    const bool first =
        std::none_of(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(k), is_of_weight);
    return first ? "The output error" : "The error pulled back";
  };
  return i > 0 && title(i) == title(i - 1) ? "" : title(i);
}

void add_lines(std::string& text, const std::vector<Derived>& lines) {
  std::size_t name = 0, formula = 0;
  for (const Derived& line : lines) {
    name = std::max(name, shaped(line.name, line.shape).size());
    if (line.formula.size() < longest_beside) formula = std::max(formula, line.formula.size());
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Derived& line = lines[i];
    if (const std::string title = heading(lines, i); !title.empty()) text += formatted(" {}\n", title);
    const bool beside = line.formula.size() < longest_beside;
    text += formatted("  {:<{}} = {:<{}}  {}\n", shaped(line.name, line.shape), name, line.formula,
                      beside ? formula : 0, beside ? line.shapes : "");
    while (text[text.size() - 2] == ' ') text.erase(text.size() - 2, 1);
    if (!beside) text += formatted("  {:<{}}   {}\n", "", name, line.shapes);
    if (!line.cancelled.empty()) text += formatted("  {:<{}} = {}{}\n", "", name, line.cancelled, here(line));
    if (!line.rules.empty()) text += formatted("  {:<{}}   by: {}\n", "", name, joined(line.rules, "; "));
  }
}

void add_lines(Document& page, const std::vector<Derived>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Derived& line = lines[i];
    if (const std::string title = heading(lines, i); !title.empty()) page.heading(plain(title), 3);
    const std::string cancelled = line.cancelled.empty() ? "" : " = " + line.cancelled_latex;
    page.formula(formatted("{} = {}{}", latex_name(line.name), line.latex, cancelled));
    std::string words = code(formatted("{} = {}", shaped(line.name, line.shape), line.shapes));
    if (!line.cancelled.empty()) words += formatted("; {}{}", code(line.cancelled), plain(here(line)));
    if (!line.module.empty()) words += ", " + plain(origin(line));
    if (!line.rules.empty()) words += formatted(" (by: {})", plain(joined(line.rules, "; ")));
    page.paragraph(words);
  }
}

}  // namespace

std::string to_text(const Derivation& d) {
  std::size_t name = 0;
  for (const Given& given : d.givens) name = std::max(name, shaped(given.name, given.shape).size());
  std::string text = formatted("L = {:.6g}\n\nGiven\n", d.loss);
  for (const Given& given : d.givens)
    text += formatted("  {:<{}}   {}\n", shaped(given.name, given.shape), name, given.what);
  text += formatted("\n{}\n", forward_title);
  add_lines(text, d.forward);
  text += formatted("\n{}\n", backward_title);
  add_lines(text, d.backward);
  text += formatted("\n{}\n", rules_title);
  for (const Rule& rule : d.rules)
    text += formatted("  Y = {}: {}\n      {}\n", rule.formula, rule.words, joined(rule.gradients, ", "));
  return text + "\n" + checked(d) + "\n";
}

Document document(const Derivation& d) {
  Document page;
  page.paragraph(formatted("$L$ = {:.6g}", d.loss));
  Document::Table givens("lll", {"given", "shape", ""});
  for (const Given& given : d.givens)
    givens.row({formatted("${}$", latex_name(given.name)), given.shape.str(), code(given.what)});
  page.table(givens);
  page.heading(forward_title);
  add_lines(page, d.forward);
  page.heading(backward_title);
  add_lines(page, d.backward);
  page.heading(rules_title);
  Document::Table rules("ppp", {"Y", "", "gradients"});
  for (const Rule& rule : d.rules) {
    std::vector<std::string> gradients;
    for (const std::string& gradient : rule.gradients) gradients.push_back(code(gradient));
    rules.row({code(rule.formula), plain(rule.words), joined(gradients, ", ")});
  }
  page.table(rules);
  page.paragraph(checked(d));
  return page;
}

std::string to_json(const Derivation& d) {
  JsonWriter json;
  const auto shape = [&](const Shape& of) {
    json.each("shape", of, [&](std::int64_t length) { json.value(length); });
  };
  const auto write_line = [&](const Derived& line) {
    json.object([&] {
      json.field("name", line.name);
      json.field("module", line.module);
      shape(line.shape);
      json.field("formula", line.formula);
      json.field("shapes", line.shapes);
      json.field("latex", line.latex);
      json.field("rules", line.rules);
      json.field("cancelled", line.cancelled);
      json.field("here", line.here);
      json.field("difference", line.difference);
    });
  };
  json.object([&] {
    json.field("loss", d.loss);
    json.each("givens", d.givens, [&](const Given& given) {
      json.object([&] {
        json.field("name", given.name);
        json.field("what", given.what);
        shape(given.shape);
      });
    });
    json.each("forward", d.forward, write_line);
    json.each("backward", d.backward, write_line);
    json.each("rules", d.rules, [&](const Rule& rule) {
      json.object([&] {
        json.field("formula", rule.formula);
        json.field("words", rule.words);
        json.field("gradients", rule.gradients);
      });
    });
  });
  return std::move(json).text() + "\n";
}

}  // namespace hindsight::explain
