#include <hindsight/error.hpp>
#include <hindsight/op.hpp>
#include <hindsight/tensor.hpp>

#include "base/format.hpp"
#include "graph/mode.hpp"
#include "graph/node.hpp"

namespace hindsight {
namespace {

const Array& readable(const Tensor& tensor) {
  const Array& array = tensor.array();
  if (array.is_abstract())
    fail<StateError>(
        "the value of {} {} was read while its step is being captured, when there are no numbers yet: return "
        "the "
        "tensor from the step and read it outside, or choose with tensors (where, maximum) instead of C++ "
        "branches",
        tensor.op().name, tensor.shape().str());
  return array;
}

template <class T>
void require_dtype(const Tensor& tensor) {
  if (tensor.dtype() != dtype_of<T>())
    fail<DTypeError>("asked for the {} numbers of a {} tensor of shape {}: convert it with .to(hs::{})",
                     name(dtype_of<T>()), name(tensor.dtype()), tensor.shape().str(),
                     dtype_of<T>() == boolean ? "boolean" : name(dtype_of<T>()));
}

}  // namespace

Tensor::Tensor(Array value) : node_(new Node(leaf_operation, std::move(value))) {}
Tensor::Tensor(double value) : Tensor(Array::full({}, value, float32)) {}

std::uint64_t Tensor::id() const { return Node::of(*this).id; }
const Shape& Tensor::shape() const { return array().shape(); }
std::int64_t Tensor::size(std::int64_t axis) const { return shape()[shape().axis(axis)]; }
std::int64_t Tensor::dim() const { return shape().rank(); }
std::int64_t Tensor::elements() const { return shape().elements(); }
DType Tensor::dtype() const { return array().dtype(); }

const Array& Tensor::array() const { return Node::of(*this).value; }

template <class T>
std::vector<T> Tensor::to_vector() const {
  require_dtype<T>(*this);
  const Array dense = readable(*this).contiguous();
  return std::vector<T>(dense.data<T>(), dense.data<T>() + dense.elements());
}

template <class T>
std::span<const T> Tensor::data() const {
  require_dtype<T>(*this);
  const Array& array = readable(*this);
  if (!array.is_contiguous())
    fail<StateError>(
        "data() of a tensor of shape {} that is a strided view: call contiguous() first, or to_vector()",
        shape().str());
  return {array.data<T>(), static_cast<std::size_t>(array.elements())};
}

template <class T>
T Tensor::item() const {
  const Array& array = readable(*this);
  if (array.elements() != 1)
    fail<ShapeError>(
        "item() of a tensor of shape {} with {} elements: it needs exactly one; reduce or index it first",
        shape().str(), array.elements());
  return static_cast<T>(array.at(0));
}

template std::vector<float> Tensor::to_vector() const;
template std::vector<double> Tensor::to_vector() const;
template std::vector<std::int64_t> Tensor::to_vector() const;
template std::vector<bool> Tensor::to_vector() const;
template std::span<const float> Tensor::data() const;
template std::span<const double> Tensor::data() const;
template std::span<const std::int64_t> Tensor::data() const;
template std::span<const bool> Tensor::data() const;
template float Tensor::item() const;
template double Tensor::item() const;
template std::int64_t Tensor::item() const;
template int Tensor::item() const;
template bool Tensor::item() const;

std::string Tensor::str() const { return array().str(); }

const Op& Tensor::op() const { return *Node::of(*this).op; }
std::span<const Tensor> Tensor::inputs() const { return Node::of(*this).inputs; }
const Attributes& Tensor::attributes() const { return Node::of(*this).attributes; }
bool Tensor::is_leaf() const { return inputs().empty(); }

std::string Tensor::module_path() const {
  const ScopeHandle& scope = Node::of(*this).scope;
  return scope ? scope->path() : "";
}

std::string Tensor::name() const {
  const auto& leaf = Node::of(*this).leaf;
  return leaf ? leaf->name : "";
}

Tensor Tensor::named(std::string name) const {
  Node::leaf_of(*this).name = std::move(name);
  return *this;
}

Tensor Tensor::requires_grad_() const {
  if (!is_floating(dtype()))
    fail<DTypeError>("gradients flow into float32 and float64 tensors only, and this one is {}",
                     hindsight::name(dtype()));
  if (!is_leaf())
    throw StateError("requires_grad_() is for leaves, and this tensor was computed: detach() it first");
  Node::of(*this).requires_grad = true;
  Node::leaf_of(*this);
  return *this;
}

bool Tensor::requires_grad() const { return Node::of(*this).requires_grad; }
// In a captured step a value has no numbers yet: what stands for it is a view that no gradient flows through.
Tensor Tensor::detach() const {
  if (!mode().capture || !array().is_abstract()) return Tensor(array());
  const bool grad = mode().grad;
  mode().grad = false;
  const Tensor view = apply(*find_operation("reshape"), {*this}, {{"shape", shape()}});
  mode().grad = grad;
  return view;
}

Tensor Tensor::grad() const {
  const auto& leaf = Node::of(*this).leaf;
  if (!leaf) return {};
  if (const auto parameter = leaf->parameter.lock()) return Parameter::of(parameter).grad();
  return leaf->grad;
}

}  // namespace hindsight
