#pragma once
#include <functional>
#include <string>
#include <string_view>

#include <hindsight/attributes.hpp>

namespace hindsight::explain {

/// An operation's text or latex with its inputs and attributes in place: "{0}^{exponent}" becomes "(x +
/// 1)^2". `input` gives the text of an input by its position.
std::string filled(std::string_view text, const Attributes& attributes,
                   const std::function<std::string(std::size_t)>& input);

}  // namespace hindsight::explain
