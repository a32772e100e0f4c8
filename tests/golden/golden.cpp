#include "golden/golden.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "golden/file.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

/// How the numbers of a case are laid out before the operation sees them.
enum class Layout { row_major, strided };

/// The same numbers with the axes stored in reverse, two apart, behind one that is never to be read: a
/// transposed view of every other number. What lies between is NaN.
hs::Array strided(const hs::Array& array) {
  hs::Array holes = hs::Array::full({2 * array.elements() + 1}, 0, array.dtype());
  hs::Strides strides;
  std::int64_t step = 2;
  for (const std::int64_t length : array.shape()) {
    strides.push_back(step);
    step *= std::max<std::int64_t>(length, 1);
  }
  hs::dispatch(array.dtype(), [&](auto zero) {
    using T = decltype(zero);
    T* to = holes.mutable_data<T>();
    if constexpr (std::is_floating_point_v<T>)
      std::fill_n(to, holes.elements(), std::numeric_limits<T>::quiet_NaN());
    std::vector<std::int64_t> index(array.shape().size());
    for (std::int64_t i = 0; i < array.elements(); ++i) {
      std::int64_t at = 1, rest = i;
      for (std::size_t axis = index.size(); axis-- > 0; rest /= array.shape()[axis])
        at += rest % array.shape()[axis] * strides[axis];
      to[at] = array.data<T>()[i];
    }
  });
  return holes.with_layout(array.shape(), strides, 1);
}

/// The largest of all that are finite.
double largest_of(const Tensor& tensor) {
  double largest = 0;
  for (std::int64_t i = 0; i < tensor.elements(); ++i)
    if (const double x = std::abs(tensor.array().at(i)); std::isfinite(x)) largest = std::max(largest, x);
  return largest;
}

/// Equal to `tolerance` · (|wanted| + the largest wanted, or `scale` where that is larger); infinities and
/// NaN exactly.
std::string difference(const Tensor& got, const Tensor& wanted, double tolerance, double scale = 0) {
  if (got.shape() != wanted.shape())
    return "has shape " + got.shape().str() + ", PyTorch's " + wanted.shape().str();
  if (hs::is_floating(got.dtype()) != hs::is_floating(wanted.dtype()) ||
      (!hs::is_floating(wanted.dtype()) && got.dtype() != wanted.dtype()))
    return "is " + std::string(name(got.dtype())) + ", PyTorch's is " + std::string(name(wanted.dtype()));
  const double largest = std::max(largest_of(wanted), scale);
  for (std::int64_t i = 0; i < wanted.elements(); ++i) {
    const double a = got.array().at(i), b = wanted.array().at(i);
    const bool same = std::isfinite(b) ? std::abs(a - b) <= tolerance * (std::abs(b) + largest)
                                       : a == b || (std::isnan(a) && std::isnan(b));
    if (!same) {
      char text[160];
      std::snprintf(text, sizeof text, "[%lld] is %.17g, PyTorch's %.17g (%.3g of the largest)",
                    static_cast<long long>(i), a, b, std::abs(a - b) / largest);
      return text;
    }
  }
  return "";
}

/// Σ ⟨weight, tensor⟩ over those that gradients flow through; undefined when there are none.
Tensor weighed(const std::vector<Tensor>& tensors, const std::vector<Tensor>& weights, hs::DType dtype) {
  Tensor total;
  std::size_t next = 0;
  for (const Tensor& tensor : tensors) {
    if (!hs::is_floating(tensor.dtype())) continue;
    const Tensor& weight = weights.at(next++);
    if (!tensor.requires_grad()) continue;
    const Tensor term = (tensor * weight.to(dtype)).sum();
    total = total.defined() ? total + term : term;
  }
  return total;
}

std::vector<Tensor> gradients(const Tensor& total, const std::vector<Tensor>& leaves, bool create_graph) {
  if (total.defined() && total.requires_grad())
    return hs::grad(total, leaves, {.create_graph = create_graph});
  std::vector<Tensor> zeros;
  for (const Tensor& leaf : leaves) zeros.push_back(hs::zeros(leaf.shape(), {.dtype = leaf.dtype()}));
  return zeros;
}

/// One way through one case: outputs, gradients, second derivatives.
class Attempt {
 public:
  Attempt(const Function& function, const Case& wanted, hs::DType dtype, Layout layout, double float64_bound)
      : wanted_(wanted),
        dtype_(dtype),
        tolerance_(dtype == hs::float64 ? float64_bound : tolerance::golden_float32) {
    where_ = wanted.title() + (dtype == hs::float64 ? " in float64" : " in float32") +
             (layout == Layout::strided ? " with strided inputs" : "");
    for (std::size_t i = 0; i < wanted.inputs.size(); ++i) prepare(i, layout);
    const Outputs outputs = function(inputs_, Attributes(*wanted.attributes));
    compare("output", outputs, wanted.outputs, {});
    if (!leaves_.empty()) differentiate(outputs);
  }

 private:
  void prepare(std::size_t i, Layout layout) {
    const Tensor& given = wanted_.inputs[i];
    if (!given.defined()) return inputs_.push_back(given);
    hs::Array array = given.array();
    if (hs::is_floating(array.dtype())) array = array.to(dtype_);
    const Tensor input(layout == Layout::strided ? strided(array) : array);
    const bool active = std::count(wanted_.differentiable.begin(), wanted_.differentiable.end(), i) > 0;
    inputs_.push_back(active ? input.requires_grad_() : input);
    if (active) leaves_.push_back(inputs_.back());
  }

  void differentiate(const Outputs& outputs) {
    const Tensor total = weighed(outputs, wanted_.cotangents, dtype_);
    const std::vector<Tensor> first = gradients(total, leaves_, wanted_.second);
    compare("gradient", first, wanted_.gradients, wanted_.cotangents);
    if (!wanted_.second) return;
    compare("second derivative", gradients(weighed(first, wanted_.directions, dtype_), leaves_, false),
            wanted_.second_derivatives, wanted_.directions);
  }

  // In float32 the terms of a derivative, which may cancel, are each as large as what was handed in.
  void compare(const char* what, const std::vector<Tensor>& got, const std::vector<Tensor>& wanted,
               const std::vector<Tensor>& handed_in) const {
    double scale = 0;
    if (dtype_ == hs::float32)
      for (const Tensor& tensor : handed_in) scale = std::max(scale, largest_of(tensor));
    ASSERT_EQ(got.size(), wanted.size()) << where_ << ": the number of results (" << what << ")";
    for (std::size_t i = 0; i < got.size(); ++i)
      if (const std::string found = difference(got[i], wanted[i], tolerance_, scale); !found.empty())
        ADD_FAILURE() << where_ << ": " << what << " " << i << " " << found;
  }

  const Case& wanted_;
  hs::DType dtype_;
  double tolerance_;
  std::string where_;
  std::vector<Tensor> inputs_, leaves_;
};

class Operation : public testing::Test {
 public:
  Operation(const char* family, std::string name, Function function, double float64_bound)
      : family_(family), name_(std::move(name)), function_(std::move(function)), bound_(float64_bound) {}
  void TestBody() override {
    std::size_t seen = 0;
    for (const Case& wanted : cases_of(family_)) {
      if (wanted.operation != name_) continue;
      ++seen;
      Attempt(function_, wanted, hs::float64, Layout::row_major, bound_);
      Attempt(function_, wanted, hs::float64, Layout::strided, bound_);
      if (wanted.float32) Attempt(function_, wanted, hs::float32, Layout::row_major, bound_);
    }
    EXPECT_GT(seen, 0U) << "no case of " << name_;
  }

 private:
  const char* family_;
  std::string name_;
  Function function_;
  double bound_;
};

class Count : public testing::Test {
 public:
  Count(const char* family, std::size_t cases, std::set<std::string> table)
      : family_(family), cases_(cases), table_(std::move(table)) {}
  void TestBody() override {
    std::set<std::string> found;
    for (const Case& wanted : cases_of(family_)) found.insert(wanted.operation);
    EXPECT_EQ(found, table_) << "operations of the file, and of the table";
    EXPECT_EQ(cases_of(family_).size(), cases_) << "cases of the file, and as announced in the table";
  }

 private:
  const char* family_;
  std::size_t cases_;
  std::set<std::string> table_;
};

std::set<std::string>& families() {
  static std::set<std::string> names;
  return names;
}

}  // namespace

Family::Family(const char* name, std::size_t cases, Table table, std::optional<double> float64_bound) {
  const double bound = float64_bound.value_or(tolerance::golden_float64);
  families().insert(name);
  const std::string suite = std::string("Golden_") + name;
  std::set<std::string> operations;
  for (const auto& [operation, function] : table) {
    operations.insert(operation);
    testing::RegisterTest(
        suite.c_str(), operation.c_str(), nullptr, nullptr, __FILE__, __LINE__,
        [=, op = operation, f = function]() -> testing::Test* { return new Operation(name, op, f, bound); });
  }
  testing::RegisterTest(suite.c_str(), "HasTheCasesThatAreAnnounced", nullptr, nullptr, __FILE__, __LINE__,
                        [=]() -> testing::Test* { return new Count(name, cases, operations); });
}

TEST(Golden, EveryFileHasItsTable) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(HINDSIGHT_SOURCE "/tests/golden"))
    if (entry.path().extension() == ".safetensors") files.insert(entry.path().stem().string());
  EXPECT_EQ(files, families());
}

TEST(Golden, SeesADigitThatIsWrong) {
  const Tensor wanted = hs::tensor({1.0, 1000.0, NAN, INFINITY}, {.dtype = hs::float64});
  const auto with = [&](std::size_t i, double value) {
    auto values = wanted.to_vector<double>();
    values[i] = value;
    return difference(hs::tensor(values), wanted, 1e-12);
  };
  EXPECT_EQ(with(0, 1 + 1e-10), "");
  EXPECT_EQ(with(0, 1 + 0x1p-28), "[0] is 1.0000000037252903, PyTorch's 1 (3.73e-12 of the largest)");
  EXPECT_NE(with(1, 1000 + 1e-8), "");
  EXPECT_NE(with(1, NAN), "");
  EXPECT_NE(with(2, 0), "");
  EXPECT_NE(with(3, -INFINITY), "");
  EXPECT_NE(difference(wanted.reshape({2, 2}), wanted, 1), "") << "another shape";
  EXPECT_NE(difference(wanted.to(hs::float32) == 1, wanted == 1, 1), "is") << "bool is compared exactly";
}

}  // namespace golden
