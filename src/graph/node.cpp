#include "graph/node.hpp"

#include <vector>

#include <hindsight/error.hpp>

#include "graph/mode.hpp"

namespace hindsight {
namespace {

// Ids only need to grow: along every edge, and that holds as an input exists before its node does.
std::atomic<std::uint64_t> next_id{1};

}  // namespace

Node::Node(const Op& made_by, Array result)
    : id(next_id.fetch_add(1, std::memory_order_relaxed)),
      op(&made_by),
      value(std::move(result)),
      scope(current_scope()) {}

Node& Node::of(const Tensor& tensor) {
  if (!tensor.node_) throw StateError("an undefined tensor was used: it was default-made and never assigned");
  return *tensor.node_;
}

Leaf& Node::leaf_of(const Tensor& tensor) {
  Node& node = of(tensor);
  if (!node.leaf) node.leaf = std::make_unique<Leaf>();
  return *node.leaf;
}

// A graph may be a chain of ten million nodes: the nodes that a dying node was the last user of wait in a
// list.
void Node::release(Node* node) noexcept {
  if (node->users.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  thread_local std::vector<Node*>* waiting = nullptr;
  if (waiting) {
    waiting->push_back(node);
    return;
  }
  std::vector<Node*> list{node};
  waiting = &list;
  while (!list.empty()) {
    const std::unique_ptr<Node> dying(list.back());
    list.pop_back();
  }
  waiting = nullptr;
}

Tensor::Tensor(const Tensor& other) noexcept : node_(other.node_) {
  if (node_) node_->users.fetch_add(1, std::memory_order_relaxed);
}

Tensor::~Tensor() {
  if (node_) Node::release(node_);
}

Mode& mode() noexcept {
  thread_local Mode current;
  return current;
}

}  // namespace hindsight
