#include <hindsight/error.hpp>

namespace hindsight {
// The key function: one home for the type information that catch clauses compare.
Error::~Error() = default;
}  // namespace hindsight
