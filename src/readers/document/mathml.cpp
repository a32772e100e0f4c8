// LaTeX's formulas as MathML. Names of elements: https://www.w3.org/TR/mathml-core.
#include <algorithm>
#include <cctype>

#include <hindsight/document.hpp>

#include "base/format.hpp"
#include "base/xml.hpp"

namespace hindsight {
namespace {

// Commands and what they stand for, one behind the other.
constexpr std::string_view letters =
    R"( \alpha α \beta β \gamma γ \delta δ \epsilon ϵ \zeta ζ \eta η \theta θ \kappa κ )"
    R"( \lambda λ \mu μ \nu ν \xi ξ \pi π \rho ρ \sigma σ \tau τ \phi ϕ \chi χ \psi ψ )"
    R"( \omega ω \Gamma Γ \Delta Δ \Theta Θ \Lambda Λ \Sigma Σ \Phi Φ \Psi Ψ \Omega Ω )"
    R"( \infty ∞ \partial ∂ \nabla ∇ \ell ℓ \varepsilon ε \varphi φ )";
constexpr std::string_view operators =
    R"( \cdot ⋅ \times × \star ⋆ \ast ∗ \odot ⊙ \oplus ⊕ \otimes ⊗ \circ ∘ \pm ± \ne ≠ )"
    R"( \neq ≠ \le ≤ \leq ≤ \ge ≥ \geq ≥ \approx ≈ \to → \in ∈ \dots … \ldots … )"
    R"( \cdots ⋯ \lfloor ⌊ \rfloor ⌋ \lceil ⌈ \rceil ⌉ \langle ⟨ \rangle ⟩ \Vert ‖ \| ‖ )"
    R"( \{ { \} } - − \% % \_ _ \& & )";
/// Their indices stand below and above on a line of their own.
constexpr std::string_view large = R"( \sum ∑ \prod ∏ \int ∫ )";
constexpr std::string_view spaces = R"( \, 0.17em \: 0.22em \; 0.28em \quad 1em \qquad 2em )";
constexpr std::string_view functions =
    R"( \ln \log \exp \max \min \sin \cos \tan \sinh \cosh \tanh \arcsin \arccos \arctan \det \arg )";

/// What stands behind `command` in a table; empty when it is not there.
std::string_view found(std::string_view table, std::string_view command) {
  if (!command.starts_with('\\') && command != "-") return {};
  const std::size_t at = table.find(formatted(" {} ", command));
  if (at == std::string_view::npos) return {};
  const std::string_view rest = table.substr(at + command.size() + 2);
  return rest.substr(0, rest.find(' '));
}

std::string element(std::string_view tag, std::string_view text) {
  return formatted("<{0}>{1}</{0}>", tag, xml_escaped(text));
}
std::string around(std::string_view tag, const std::string& children) {
  return formatted("<{0}>{1}</{0}>", tag, children);
}

/// Reads from left to right; nothing that it may find stops it.
class Formula {
 public:
  explicit Formula(std::string_view latex) : rest_(latex) {}

  std::string all() {
    std::string text = items();
    while (!take().empty()) text += items();  // what closes nothing is left out
    return text;
  }

 private:
  /// A command, or one character: "\frac", "\{", "x", "{".
  std::string_view next() {
    while (rest_.starts_with(' ') || rest_.starts_with('\n')) rest_.remove_prefix(1);
    std::size_t length = std::min<std::size_t>(rest_.size(), 1);
    if (rest_.starts_with('\\')) {
      while (length < rest_.size() && std::isalpha(static_cast<unsigned char>(rest_[length]))) ++length;
      if (length == 1) length = std::min<std::size_t>(rest_.size(), 2);
    }
    while (length < rest_.size() && (static_cast<unsigned char>(rest_[length]) & 0xC0) == 0x80) ++length;
    return rest_.substr(0, length);
  }
  std::string_view take() {
    const std::string_view token = next();
    rest_.remove_prefix(token.size());
    return token;
  }
  bool take(std::string_view token) {
    if (next() != token) return false;
    take();
    return true;
  }

  /// Up to what ends a group, a cell or a bracket.
  std::string items() {
    std::string text;
    for (std::string_view token = next(); !token.empty(); token = next()) {
      if (token == "}" || token == "&" || token == "\\\\" || token == "\\right" || token == "\\end") break;
      text += with_scripts();
    }
    return text;
  }
  std::string group() {
    const std::string text = items();
    take("}");
    return around("mrow", text);
  }
  /// What a command or a script takes: a group or one thing.
  std::string argument() {
    if (take("{")) return group();
    const std::string_view token = next();
    if (token.empty() || token == "}") return around("mrow", "");
    return token[0] >= '0' && token[0] <= '9' ? element("mn", take()) : item();
  }
  /// "{leaky\_relu}" without its braces.
  std::string words() {
    std::string text;
    if (!take("{")) return std::string(take());
    while (!rest_.empty() && !rest_.starts_with('}')) {
      if (rest_.starts_with("\\,")) {
        text += " ";
        rest_.remove_prefix(2);
        continue;
      }
      if (rest_.starts_with('\\') && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_[0];
      rest_.remove_prefix(1);
    }
    take("}");
    return text;
  }

  std::string with_scripts() {
    const bool is_large = !found(large, next()).empty();
    std::string base = item(), below, above;
    for (std::string* script = nullptr;; *script = argument()) {
      if (next() == "'" && above.empty()) {
        take();
        above = element("mo", "′");
      }
      if (next() == "_" && below.empty())
        script = &below;
      else if (next() == "^" && above.empty())
        script = &above;
      else
        break;
      take();
    }
    if (below.empty() && above.empty()) return base;
    const char* tag = below.empty()   ? (is_large ? "mover" : "msup")
                      : above.empty() ? (is_large ? "munder" : "msub")
                                      : (is_large ? "munderover" : "msubsup");
    return around(tag, base + below + above);
  }

  std::string item() {
    const std::string_view token = take();
    if (token == "{") return group();
    if (token == "\\frac") {
      const std::string above = argument();
      return around("mfrac", above + argument());
    }
    if (token == "\\sqrt") return around("msqrt", argument());
    if (token == "\\left") return bracketed();
    if (token == "\\begin") return rows();
    if (token == "\\mathrm" || token == "\\operatorname") return name(words());
    if (token == "\\text") return element("mtext", words());
    if (functions.find(formatted(" {} ", token)) != std::string_view::npos)
      return name(std::string(token.substr(1)));
    if (const auto width = found(spaces, token); !width.empty())
      return formatted("<mspace width=\"{}\"/>", width);
    if (const auto sign = found(large, token); !sign.empty()) return element("mo", sign);
    if (const auto sign = found(operators, token); !sign.empty()) return element("mo", sign);
    if (const auto letter = found(letters, token); !letter.empty()) return element("mi", letter);
    if (token.starts_with('\\')) return element("mtext", token);
    return character(token);
  }

  std::string character(std::string_view token) {
    const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    if (is_digit(token[0])) {
      std::string number(token);
      while (!rest_.empty() &&
             (is_digit(rest_[0]) || (rest_[0] == '.' && rest_.size() > 1 && is_digit(rest_[1])))) {
        number += rest_[0];
        rest_.remove_prefix(1);
      }
      return element("mn", number);
    }
    const bool is_letter = std::isalpha(static_cast<unsigned char>(token[0])) || token.size() > 1;
    return element(is_letter ? "mi" : "mo", token);
  }

  /// Upright; and apart from what follows, unless that is in brackets or a script.
  std::string name(const std::string& words) {
    const bool is_apart = next() == "\\left" || next() == "(" || next() == "_" || next() == "^" ||
                          next() == "}" || next().empty() || words.empty();
    return formatted("<mi{}>{}</mi>{}", words.size() == 1 ? " mathvariant=\"normal\"" : "",
                     xml_escaped(words), is_apart ? "" : "<mspace width=\"0.17em\"/>");
  }

  std::string fence() {
    const std::string_view token = take(), sign = found(operators, token);
    if (token.empty() || token == ".") return "";
    return formatted("<mo fence=\"true\" stretchy=\"true\">{}</mo>",
                     xml_escaped(sign.empty() ? token : sign));
  }
  std::string bracketed() {
    std::string text = fence();
    text += items();
    if (take("\\right")) text += fence();
    return around("mrow", text);
  }
  std::string rows() {
    const std::string kind = words();
    std::string text;
    do {
      std::string row;
      do row += around("mtd", items());
      while (take("&"));
      text += around("mtr", row);
    } while (take("\\\\"));
    if (take("\\end")) words();
    const std::string table = around("mtable", text);
    return kind == "cases" ? around("mrow", "<mo fence=\"true\" stretchy=\"true\">{</mo>" + table) : table;
  }

  std::string_view rest_;
};

}  // namespace

std::string to_mathml(std::string_view latex, bool on_its_own_line) {
  return formatted("<math{}>{}</math>", on_its_own_line ? " display=\"block\"" : "", Formula(latex).all());
}

}  // namespace hindsight
