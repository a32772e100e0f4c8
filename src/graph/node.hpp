#pragma once
// What a Tensor refers to. Private to the library: everybody else reads nodes through Tensor.
#include <atomic>
#include <memory>
#include <string>

#include <hindsight/op.hpp>
#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

#include "graph/scope.hpp"

namespace hindsight {

/// What only leaves have, and only some of them.
struct Leaf {
  std::string name;
  /// The home that this leaf was the value of; weak, so that a graph keeps no model alive.
  std::weak_ptr<Parameter::State> parameter;
  std::uint64_t version = 0;
  /// The gradient of a leaf without a home.
  Tensor grad;
};

struct Node {
  std::atomic<std::uint32_t> users{1};
  bool requires_grad = false;
  std::uint64_t id;
  const Op* op;
  Inputs inputs;
  Attributes attributes;
  Array value;
  ScopeHandle scope;
  std::unique_ptr<Leaf> leaf;
  /// Null where nobody has registered one; values of one Parameter share theirs.
  std::shared_ptr<Hooks> hooks;

  Node(const Op& made_by, Array result);

  /// The handle that owns a freshly made node.
  static Tensor adopt(Node* node) { return Tensor(node); }
  /// Throws StateError for an undefined tensor: whatever is asked of a handle is asked here.
  static Node& of(const Tensor& tensor);
  /// The leaf's facts, made when first needed.
  static Leaf& leaf_of(const Tensor& tensor);
  /// Drops one user; frees the node, and whatever only it kept alive, without recursion.
  static void release(Node* node) noexcept;
};

/// Where history is recorded at all: the operation of leaves.
extern const Op leaf_operation;

}  // namespace hindsight
