#pragma once
#include <memory>
#include <string>

namespace hindsight {

/// A module whose forward is running, and the one that it runs in: the address of a node in the model.
struct Scope {
  std::shared_ptr<const Scope> parent;
  std::string name;
  /// "encoder.1"
  std::string path() const;
};
using ScopeHandle = std::shared_ptr<const Scope>;

const ScopeHandle& current_scope() noexcept;

/// Enters a module for the time that it lives: a child of the one that is running, or a given place (that of
/// the operation whose derivative is computed).
class [[nodiscard]] ScopeEntry {
 public:
  explicit ScopeEntry(const std::string& name);
  explicit ScopeEntry(const ScopeHandle& scope);
  ~ScopeEntry();
  ScopeEntry(const ScopeEntry&) = delete;
  ScopeEntry& operator=(const ScopeEntry&) = delete;

 private:
  ScopeHandle before_;
};

}  // namespace hindsight
