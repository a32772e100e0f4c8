#pragma once
#include <string>

#include <hindsight/explain.hpp>

/// The chain rule on an expression for a Markdown document, and as a LaTeX document.
std::string markdown_of(const hindsight::explain::Chain& chain);
std::string latex_of(const hindsight::explain::Chain& chain);
