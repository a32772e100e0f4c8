#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

/// For CLI::Option::check(): an empty text when the value is right, else what is wrong with it.
using Check = std::function<std::string(const std::string&)>;

Check whole_number(std::int64_t least, std::int64_t most = std::numeric_limits<std::int64_t>::max());
/// A finite number above 0.
Check positive_number();
/// A number in [least, below).
Check number_between(double least, double below);
/// Widths of layers, "16,16"; "0" alone is no layer.
Check layer_widths();
/// One in so many, "1/1000".
Check one_in();

/// What one_in() has checked: 1000; 0 for an empty text.
std::int64_t parse_one_in(const std::string& text);
/// What layer_widths() has checked.
std::vector<std::int64_t> parse_widths(const std::string& text);
