#include "base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace hindsight {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The least number of letters to insert, remove or replace. V. I. Levenshtein, 1966; row by row as in R. A.
/// Wagner and M. J. Fischer, "The string-to-string correction problem", J. ACM 21(1), 1974.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i]) != lower(b[j]));
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
  std::string best;
  const std::size_t most = name.size() < 2 ? 0 : std::max<std::size_t>(1, name.size() / 3);
  std::size_t least = most + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t changes = distance(name, candidate);
    if (changes >= least) continue;
    least = changes;
    best = candidate;
  }
  return best;
}

}  // namespace hindsight
