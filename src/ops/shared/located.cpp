#include "ops/shared/located.hpp"

#include "base/format.hpp"
#include "graph/scope.hpp"

namespace hindsight {

std::string located(const char* function) {
  const ScopeHandle& scope = current_scope();
  return scope ? formatted("{} in module \"{}\"", function, scope->path()) : function;
}

}  // namespace hindsight
