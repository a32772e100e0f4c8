// A derivation as text, Markdown, LaTeX and JSON.
#include <algorithm>

#include <hindsight/explain/derivation.hpp>

#include "base/format.hpp"
#include "base/json.hpp"
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
      "backpropagation gave is {:.1e}.\n",
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

std::string in_markdown(const std::vector<Derived>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Derived& line = lines[i];
    if (const std::string title = heading(lines, i); !title.empty()) text += formatted("\n**{}**\n", title);
    text += formatted("\n$$ {} = {}", latex_name(line.name), line.latex);
    if (!line.cancelled.empty()) text += " = " + line.cancelled_latex;
    text += formatted(" $$\n\n`{} = {}`", shaped(line.name, line.shape), line.shapes);
    if (!line.cancelled.empty()) text += formatted("; `{}`{}", line.cancelled, here(line));
    if (!line.module.empty()) text += ", " + origin(line);
    if (!line.rules.empty()) text += formatted(" (by: {})", joined(line.rules, "; "));
    text += "\n";
  }
  return text;
}

/// Of words that stand in LaTeX's text.
std::string escaped(const std::string& words) {
  std::string text;
  for (const char c : words) {
    if (c == '_' || c == '%' || c == '#' || c == '&' || c == '$' || c == '{' || c == '}') text += '\\';
    text += c == '^' ? "\\textasciicircum{}" : c == '"' ? "''" : std::string(1, c);
  }
  return text;
}

std::string in_latex(const std::vector<Derived>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Derived& line = lines[i];
    if (const std::string title = heading(lines, i); !title.empty())
      text += formatted("\\paragraph{{{}}}\n", escaped(title));
    text += formatted("\\[ {} = {}", latex_name(line.name), line.latex);
    if (!line.cancelled.empty()) text += " = " + line.cancelled_latex;
    text +=
        formatted(" \\]\n\\texttt{{{} = {}}}", escaped(shaped(line.name, line.shape)), escaped(line.shapes));
    if (!line.here.empty()) text += formatted("\\texttt{{{}}}", escaped(here(line)));
    if (!line.rules.empty()) text += formatted(" (by: {})", escaped(joined(line.rules, "; ")));
    text += "\n";
  }
  return text;
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
  return text + "\n" + checked(d);
}

std::string to_markdown(const Derivation& d) {
  std::string text = formatted("$L$ = {:.6g}\n\n| given | shape | |\n|---|---|---|\n", d.loss);
  for (const Given& given : d.givens)
    text += formatted("| ${}$ | {} | `{}` |\n", latex_name(given.name), given.shape.str(), given.what);
  text += formatted("\n## {}\n{}\n## {}\n{}\n## {}\n\n| Y | | gradients |\n|---|---|---|\n", forward_title,
                    in_markdown(d.forward), backward_title, in_markdown(d.backward), rules_title);
  for (const Rule& rule : d.rules)
    text += formatted("| `{}` | {} | `{}` |\n", rule.formula, rule.words, joined(rule.gradients, "`, `"));
  return text + "\n" + checked(d);
}

std::string to_latex(const Derivation& d) {
  std::string text = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n\\noindent\n";
  for (const Given& given : d.givens)
    text += formatted("${}$: {} {}\\\\\n", latex_name(given.name), escaped(given.what), given.shape.str());
  text += formatted("\\subsection*{{{}}}\n{}\\subsection*{{{}}}\n{}\\subsection*{{{}}}\n", forward_title,
                    in_latex(d.forward), escaped(backward_title), in_latex(d.backward), rules_title);
  for (const Rule& rule : d.rules)
    text += formatted("\\noindent\\texttt{{Y = {}}}: {}. \\texttt{{{}}}\n\n", escaped(rule.formula),
                      escaped(rule.words), escaped(joined(rule.gradients, ", ")));
  return text + checked(d) + "\\end{document}\n";
}

std::string to_json(const Derivation& d) {
  const auto lines = [](const std::vector<Derived>& list) {
    Json all = Json::array();
    for (const Derived& line : list)
      all.push_back({{"name", line.name},
                     {"module", line.module},
                     {"shape", std::vector<std::int64_t>(line.shape.begin(), line.shape.end())},
                     {"formula", line.formula},
                     {"shapes", line.shapes},
                     {"latex", line.latex},
                     {"rules", line.rules},
                     {"cancelled", line.cancelled},
                     {"here", line.here},
                     {"difference", line.difference}});
    return all;
  };
  Json givens = Json::array(), rules = Json::array();
  for (const Given& given : d.givens)
    givens.push_back({{"name", given.name},
                      {"what", given.what},
                      {"shape", std::vector<std::int64_t>(given.shape.begin(), given.shape.end())}});
  for (const Rule& rule : d.rules)
    rules.push_back({{"formula", rule.formula}, {"words", rule.words}, {"gradients", rule.gradients}});
  return dump_json(Json{{"loss", d.loss},
                        {"givens", givens},
                        {"forward", lines(d.forward)},
                        {"backward", lines(d.backward)},
                        {"rules", rules}}) +
         "\n";
}

}  // namespace hindsight::explain
