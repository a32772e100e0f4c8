#pragma once
#include <span>
#include <string>
#include <string_view>

namespace hindsight {

/// The candidate that `name` most likely meant (least Levenshtein distance, letters' case aside); empty when
/// none is near: more than a third of its letters (one of a short name, none of a single letter) would have
/// to change.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace hindsight
