// The checks of values: their type, whether they are a function of the inputs alone, and in both precisions.
#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "readers/check/opcheck/prover.hpp"

namespace hindsight::proof {
namespace {

/// The same numbers two apart in memory, after one that is none of them; what lies between would be noticed.
Tensor spaced_out(const Tensor& x) {
  const Array dense = x.array().contiguous();
  Array room({2 * x.elements() + 1}, x.dtype());
  dispatch(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    T* to = room.mutable_data<T>();
    const T junk = std::numeric_limits<T>::has_quiet_NaN ? std::numeric_limits<T>::quiet_NaN() : T(1);
    std::fill(to, to + room.elements(), junk);
    for (std::int64_t i = 0; i < x.elements(); ++i) to[2 * i + 1] = dense.data<T>()[i];
  });
  Strides strides = row_major(x.shape());
  for (std::int64_t& stride : strides) stride *= 2;
  return Tensor(room.with_layout(x.shape(), strides, 1));
}

/// `count` elements, those of `x` again and again.
Tensor repeated(const Tensor& x, std::int64_t count, DType dtype) {
  const Array from = (is_floating(x.dtype()) ? x.array().to(dtype) : x.array()).contiguous();
  Array to({count}, from.dtype());
  dispatch(from.dtype(), [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < count; ++i) to.mutable_data<T>()[i] = from.data<T>()[i % from.elements()];
  });
  return Tensor(std::move(to));
}

Tensor applied(const Subject& subject, const std::vector<Tensor>& inputs) {
  Inputs list;
  for (const Tensor& input : inputs) list.push_back(input);
  return apply(*subject.op, list, *subject.attributes);
}

}  // namespace

void Prover::type(const Subject& subject) {
  const Tensor y = subject(subject.inputs);
  std::vector<const Array*> arrays;
  for (const Tensor& input : subject.inputs) arrays.push_back(&input.array());
  const TensorType promised = subject.op->rule(Operands(arrays), *subject.attributes);
  if (y.array().type() == promised) return;
  OpcheckFinding finding = blank(Check::type, subject);
  finding.note = formatted("the rule promised {} {}, and the value is {} {}", hindsight::name(promised.dtype),
                           promised.shape.str(), hindsight::name(y.dtype()), y.shape().str());
  result_.wrong.push_back(std::move(finding));
}

void Prover::purity(const Subject& subject) {
  std::vector<Array> before;
  for (const Tensor& input : subject.inputs) {
    Array copy = input.array().reshaped({input.elements()}).contiguous();
    Array own(copy.shape(), copy.dtype());
    dispatch(copy.dtype(), [&](auto zero) {
      using T = decltype(zero);
      std::copy(copy.data<T>(), copy.data<T>() + copy.elements(), own.mutable_data<T>());
    });
    before.push_back(std::move(own));
  }
  const Tensor once = subject(subject.inputs), again = subject(subject.inputs);
  OpcheckFinding finding = blank(Check::purity, subject);
  if (!once.array().contiguous().identical(again.array().contiguous())) {
    finding.note =
        "two calls on the same inputs give different numbers: a state or a random draw is inside (a module "
        "in "
        "training mode? call eval())";
    result_.wrong.push_back(finding);
  }
  for (std::size_t i = 0; i < before.size(); ++i)
    if (!before[i].identical(subject.inputs[i].array().reshaped(before[i].shape()).contiguous())) {
      finding.input = subject.names[i];
      finding.note = "the call changed its input: values are immutable, write into the result only";
      result_.wrong.push_back(finding);
    }
}

void Prover::compare(const Tensor& got, const Tensor& want, double tolerance, const OpcheckFinding& blank) {
  double largest = 1;
  for (std::int64_t e = 0; e < want.elements(); ++e)
    if (std::isfinite(want.array().at(e))) largest = std::max(largest, std::abs(want.array().at(e)));
  OpcheckFinding finding = blank;
  finding.shape = want.shape();
  if (got.shape() != want.shape()) {
    finding.note = formatted("its shape is {}, and {} was expected", got.shape().str(), want.shape().str());
    result_.wrong.push_back(finding);
    return;
  }
  for (std::int64_t e = 0; e < want.elements(); ++e) {
    finding.element = e, finding.stated = got.array().at(e), finding.measured = want.array().at(e);
    const bool same = finding.stated == finding.measured ||
                      (std::isnan(finding.stated) && std::isnan(finding.measured)) ||
                      std::abs(finding.stated - finding.measured) <= tolerance * largest;
    if (!same) result_.wrong.push_back(finding);
  }
}

void Prover::layout(const Subject& subject) {
  std::vector<Tensor> spaced;
  for (const Tensor& input : subject.inputs) spaced.push_back(spaced_out(input));
  OpcheckFinding finding = blank(Check::layout, subject);
  finding.note = "strided inputs give other numbers than dense ones: it ignores strides() or the offset";
  compare(subject(spaced), subject(subject.inputs), options_.rounding, finding);
}

void Prover::lengths_as(const Subject& subject, DType dtype) {
  constexpr std::int64_t longest = 257;
  std::vector<Tensor> all;
  for (const Tensor& input : subject.inputs) {
    if (input.elements() == 0) return;
    all.push_back(repeated(input, longest, dtype));
  }
  std::vector<double> alone;
  for (std::int64_t i = 0; i < subject.inputs[0].elements(); ++i) {
    std::vector<Tensor> one;
    one.reserve(all.size());
    for (const Tensor& input : all) one.push_back(input.slice(0, i % longest, i % longest + 1));
    alone.push_back(applied(subject, one).array().at(0));
  }
  const double tolerance = dtype == float32 ? options_.float32 : options_.rounding;
  for (const std::int64_t length : {0, 1, 3, 7, 17, 31, 257}) {
    std::vector<Tensor> inputs;
    inputs.reserve(all.size());
    for (const Tensor& input : all) inputs.push_back(repeated(input, length, dtype));
    const Tensor y = applied(subject, inputs);
    std::vector<double> want;
    for (std::int64_t i = 0; i < length; ++i)
      want.push_back(alone[static_cast<std::size_t>(i) % alone.size()]);
    OpcheckFinding finding = blank(Check::lengths, subject);
    finding.note =
        formatted("in {} of {} elements, against the same element alone", hindsight::name(dtype), length);
    compare(y, tensor(want, {length}), tolerance, finding);
  }
}

void Prover::lengths(const Subject& subject) {
  if (!subject.op->elementwise) return;
  lengths_as(subject, float64);
  lengths_as(subject, float32);
}

// A function may hold float64 numbers of its own (buffers, captured tensors), and then has no float32 form.
void Prover::float32_is_float64_rounded(const Subject& subject) {
  try {
    compare_precisions(subject);
  } catch (const DTypeError&) {
    if (subject.op) throw;
  }
}

void Prover::compare_precisions(const Subject& subject) {
  Subject rounded = subject;  // float64, but of numbers that float32 has
  for (Tensor& input : rounded.inputs)
    if (is_floating(input.dtype())) input = input.to(float32).to(float64);
  const std::vector<Tensor> exact = leaves_of(rounded), single = leaves_of(rounded, float32);
  const Tensor want = rounded(exact), got = rounded(single);
  std::int64_t elements = 0;
  for (const Tensor& input : exact) elements += input.elements();
  const double terms =
      static_cast<double>(elements) / static_cast<double>(std::max<std::int64_t>(1, want.elements()));
  const double tolerance = options_.float32 * std::sqrt(std::max(1.0, terms));
  OpcheckFinding finding = blank(Check::precision, subject);
  finding.note = "the value";
  compare(got, want, tolerance, finding);
  if (!is_floating(want.dtype())) return;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    if (!subject.by[i]) continue;
    finding = blank(Check::precision, subject, i);
    finding.note = "the gradient";
    const Tensor by_single = gradient_of(got, single[i], spread(got.shape(), 7, got.dtype()));
    if (by_single.dtype() != single[i].dtype()) {
      finding.note = formatted("the gradient is {}, and its input {}", hindsight::name(by_single.dtype()),
                               hindsight::name(single[i].dtype()));
      result_.wrong.push_back(finding);
      continue;
    }
    compare(by_single, gradient_of(want, exact[i], spread(want.shape(), 7, want.dtype())),
            options_.float32 * std::sqrt(std::max(1.0, 1 / terms)), finding);
  }
}

}  // namespace hindsight::proof
