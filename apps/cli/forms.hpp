#pragma once
#include <string>

#include <hindsight/document.hpp>

/// `document` as Markdown, or as a whole document in LaTeX or HTML.
inline std::string in_form(const hindsight::Document& document, const std::string& form,
                           const std::string& title) {
  return form == "markdown" ? to_markdown(document)
         : form == "latex"  ? to_latex(document)
                            : to_html(document, title);
}
