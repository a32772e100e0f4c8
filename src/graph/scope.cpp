#include "graph/scope.hpp"

#include <utility>

namespace hindsight {
namespace {
thread_local ScopeHandle scope;
}

std::string Scope::path() const { return parent ? parent->path() + "." + name : name; }

const ScopeHandle& current_scope() noexcept { return scope; }

ScopeEntry::ScopeEntry(const std::string& name) : before_(scope) {
  if (!name.empty()) scope = std::make_shared<const Scope>(Scope{before_, name});
}
ScopeEntry::ScopeEntry(const ScopeHandle& entered) : before_(std::exchange(scope, entered)) {}
ScopeEntry::~ScopeEntry() { scope = std::move(before_); }

}  // namespace hindsight
