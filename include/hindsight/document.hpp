#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hindsight {

/// What a reader has to say, put in order once and rendered in several forms. Words may hold `code`, **bold
/// type** and $formulas$ in LaTeX; plain() is for words that come from elsewhere.
class Document {
 public:
  struct Heading {
    std::string words;
    int level;  // 1 is the largest
  };
  struct Paragraph {
    std::string words;
  };
  /// On a line of its own, in LaTeX.
  struct Formula {
    std::string latex;
    bool within;  // belongs to the one before it
  };
  struct Table {
    /// `columns` has a letter for each: l, r, or p for one whose words may take several lines.
    Table(std::string_view columns, std::initializer_list<std::string_view> titles);
    void row(std::initializer_list<std::string_view> cells);

    std::string columns;
    std::vector<std::vector<std::string>> rows;  // the first are the titles
  };
  struct Picture {
    std::string svg;
    std::string title;
  };
  using Block = std::variant<Heading, Paragraph, Formula, Table, Picture>;

  void heading(std::string_view words, int level = 2);
  void paragraph(std::string_view words);
  void formula(std::string_view latex, bool within = false);
  /// Nothing when it has titles alone.
  void table(const Table& table);
  void picture(std::string_view svg, std::string_view title);
  void append(const Document& other);
  const std::vector<Block>& blocks() const { return blocks_; }

 private:
  std::vector<Block> blocks_;
};

/// Words that mean what they are, with whatever signs in them.
std::string plain(std::string_view words);
/// "`x[0]`"
std::string code(std::string_view words);

/// A part of a page, as GitHub and Jupyter show it. Pictures are left to them as they are, which GitHub does
/// not show.
std::string to_markdown(const Document& document);
/// A whole document, which pdflatex compiles. Of pictures it has the titles alone.
std::string to_latex(const Document& document);
/// A whole page that needs nothing else, not even a network: its formulas are MathML, which every current
/// browser draws.
std::string to_html(const Document& document, std::string_view title);

/// A formula in LaTeX as MathML Core (https://www.w3.org/TR/mathml-core): what operations and readers write,
/// and what they may reasonably write: fractions, roots, scripts, brackets, cases, functions, Greek letters
/// and signs. A command that is not known stands there as it is.
std::string to_mathml(std::string_view latex, bool on_its_own_line = false);

}  // namespace hindsight
