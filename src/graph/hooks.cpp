#include "graph/hooks.hpp"

#include <algorithm>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "graph/parameter_state.hpp"

namespace hindsight {
namespace {

std::string title(const Tensor& node) {
  if (!node.is_leaf()) return formatted("{} {}", node.op().name, node.shape().str());
  return node.name().empty() ? formatted("a leaf {}", node.shape().str())
                             : formatted("\"{}\" {}", node.name(), node.shape().str());
}

/// Those of a parameter live in its home, so that they outlast the value at hand.
std::shared_ptr<Hooks> hooks_of(const Tensor& tensor) {
  Node& node = Node::of(tensor);
  if (node.hooks) return node.hooks;
  node.hooks = std::make_shared<Hooks>();
  if (const auto home = node.leaf ? node.leaf->parameter.lock() : nullptr) home->hooks = node.hooks;
  return node.hooks;
}

}  // namespace

Tensor passed_through_hooks(const Tensor& node, Tensor gradient) {
  const auto hooks = Node::of(node).hooks;
  if (!hooks) return gradient;
  const auto list = hooks->list;  // a hook may take itself out
  for (const auto& [id, hook] : list) {
    Tensor replacement = hook(gradient);
    if (!replacement.defined()) continue;
    if (replacement.array().type() != gradient.array().type())
      fail<ShapeError>(
          "a hook on {} returned a gradient of {} {} in place of {} {}: return one of the same type, or an "
          "undefined Tensor to leave it",
          title(node), name(replacement.dtype()), replacement.shape().str(), name(gradient.dtype()),
          gradient.shape().str());
    gradient = std::move(replacement);
  }
  return gradient;
}

RemovableHandle Tensor::add_hook(std::function<Tensor(const Tensor&)> hook) const {
  if (!requires_grad())
    fail<StateError>(
        "register_hook() on {}, which requires no gradient, so that none will ever be computed: call "
        "requires_grad_() on a leaf first",
        title(*this));
  const std::shared_ptr<Hooks> hooks = hooks_of(*this);
  hooks->list.emplace_back(++hooks->last_id, std::move(hook));
  RemovableHandle handle;
  handle.hooks_ = hooks;
  handle.id_ = hooks->last_id;
  return handle;
}

void RemovableHandle::remove() {
  const auto hooks = hooks_.lock();
  if (!hooks) return;
  const auto mine = [this](const auto& entry) { return entry.first == id_; };
  hooks->list.erase(std::remove_if(hooks->list.begin(), hooks->list.end(), mine), hooks->list.end());
}

}  // namespace hindsight
