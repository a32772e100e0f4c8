#pragma once
#include <functional>
#include <string>
#include <string_view>

#include <hindsight/attributes.hpp>

namespace hindsight::explain {

/// An operation's text or latex with its inputs and attributes in place: "{0}^{exponent}" becomes "(x +
/// 1)^2". `input` gives the text of an input by its position; it is told whether the input stands apart, as
/// in "e^{{0}}" or "\max\left(0, {0}\right)". Other braces stay.
std::string filled(std::string_view text, const Attributes& attributes,
                   const std::function<std::string(std::size_t position, bool apart)>& input);

/// "[0, 1]" of axes=[0, 1]
std::string value_text(const Attribute& attribute);

}  // namespace hindsight::explain
