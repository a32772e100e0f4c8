#pragma once
#include <string>
#include <string_view>

namespace hindsight::figure {

/// The drawing library's SVG, made reproducible and accessible: the numbers in the ids of surfaces and
/// images, which count on through the process, are counted from 0, and a <title> for screen readers stands
/// first.
std::string finished_svg(std::string_view svg, std::string_view title);

}  // namespace hindsight::figure
