// Rows of Jacobians from the facts of operations. An elementwise operation has a diagonal; one that states
// `local` is asked. Of any other, most use each input element for one output element (sums, transposes,
// slices), or make each output element of one input element (broadcasts): a few products with the whole
// Jacobian then tell all of it. What is left (softmax) is asked row by row.
#include "readers/blame/local_rows.hpp"

#include <algorithm>
#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/random.hpp>

namespace hindsight::blame {
namespace {

/// Three vectors to multiply a matrix with. Where a column has one entry J at row e, the products are J,
/// J·(e + 1) and J·r[e]: the second over the first is e, and the third holds by chance only once in 10¹².
struct Probes {
  Tensor ones, places, chance;

  explicit Probes(const Shape& shape) : ones(hindsight::ones(shape, {.dtype = float64})) {
    const std::int64_t n = shape.elements();
    Array numbers({n}, float64);
    for (std::int64_t i = 0; i < n; ++i) numbers.mutable_data<double>()[i] = static_cast<double>(i + 1);
    places = Tensor(numbers.reshaped(shape));
    chance = Tensor(Generator(1).uniform(shape, 0.5, 1.5));
  }
};

/// The three products.
struct Answers {
  Array sums, places, chance;
};

/// For each number the one place that it comes from: −1 for 0, nothing when some number comes from several.
bool places_of(const Answers& answers, const Array& chance, std::vector<std::int64_t>& places,
               std::vector<double>& values) {
  constexpr double rounding = 1e-12;
  const std::int64_t n = answers.sums.elements();
  places.assign(static_cast<std::size_t>(n), -1);
  values.assign(static_cast<std::size_t>(n), 0);
  const double *sums = answers.sums.data<double>(), *indexed = answers.places.data<double>(),
               *random = answers.chance.data<double>(), *drawn = chance.data<double>();
  for (std::int64_t j = 0; j < n; ++j) {
    if (sums[j] == 0 && random[j] == 0) continue;
    const double place = std::round(indexed[j] / sums[j]);
    if (!(place >= 1 && place <= static_cast<double>(chance.elements()))) return false;
    const auto from = static_cast<std::int64_t>(place) - 1;
    const double expected = sums[j] * drawn[from];
    if (!(std::abs(random[j] - expected) <= rounding * std::abs(expected))) return false;
    places[static_cast<std::size_t>(j)] = from;
    values[static_cast<std::size_t>(j)] = sums[j];
  }
  return true;
}

std::vector<std::int64_t> counting(std::int64_t n) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int64_t>(i);
  return numbers;
}

}  // namespace

LocalRows::LocalRows(const Tensor& y, const std::vector<bool>& wanted) : y_(y), wanted_(wanted) {
  const Op& op = y.op();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i] || !op.has_derivative(i)) continue;
    Input input{i, {}, false, {}, {}};
    if (op.elementwise) {
      const NoGrad no_grad;
      input.diagonal = input_cotangent(y, ones(y.shape(), {.dtype = y.dtype()}), i).array().contiguous();
    } else if (op.local || !by_probing(input)) {
      row_by_row_ = true;
      continue;
    }
    inputs_.push_back(std::move(input));
  }
}

bool LocalRows::by_probing(Input& input) const { return one_output_each(input) || one_input_each(input); }

/// Jᵀ times three vectors: each input element is used for one output element.
bool LocalRows::one_output_each(Input& input) const {
  const NoGrad no_grad;
  const Probes probes(y_.shape());
  const auto times = [&](const Tensor& v) {
    return input_cotangent(y_, v, input.position).array().contiguous();
  };
  std::vector<std::int64_t> outputs;
  std::vector<double> values;
  if (!places_of({times(probes.ones), times(probes.places), times(probes.chance)}, probes.chance.array(),
                 outputs, values))
    return false;
  list(input, outputs, counting(y_.input(input.position).elements()), values);
  return true;
}

/// J times three vectors: each output element is made of one input element. v ↦ Jᵀv is linear, so J is its
/// derivative.
bool LocalRows::one_input_each(Input& input) const {
  const EnableGrad enable;
  const Tensor& x = y_.input(input.position);
  const Tensor v = zeros(y_.shape(), {.dtype = float64}).requires_grad_();
  const Tensor pulled = input_cotangent(y_, v, input.position);
  if (!pulled.requires_grad()) return false;
  const Probes probes(x.shape());
  const auto times = [&](const Tensor& t) { return grad(pulled, v, {.cotangent = t}).array().contiguous(); };
  std::vector<std::int64_t> inputs;
  std::vector<double> values;
  if (!places_of({times(probes.ones), times(probes.places), times(probes.chance)}, probes.chance.array(),
                 inputs, values))
    return false;
  list(input, counting(y_.elements()), inputs, values);
  return true;
}

/// Sorts the entries (output_of[k], input_of[k]) by rows; those with a place of −1 are 0.
void LocalRows::list(Input& input, const std::vector<std::int64_t>& output_of,
                     const std::vector<std::int64_t>& input_of, const std::vector<double>& values) const {
  const auto is_there = [&](std::size_t k) { return output_of[k] >= 0 && input_of[k] >= 0; };
  input.listed = true;
  input.first.assign(static_cast<std::size_t>(y_.elements()) + 1, 0);
  for (std::size_t k = 0; k < values.size(); ++k)
    if (is_there(k)) ++input.first[static_cast<std::size_t>(output_of[k]) + 1];
  for (std::size_t e = 1; e < input.first.size(); ++e) input.first[e] += input.first[e - 1];
  input.entries.resize(input.first.back());
  std::vector<std::size_t> next = input.first;
  for (std::size_t k = 0; k < values.size(); ++k)
    if (is_there(k)) input.entries[next[static_cast<std::size_t>(output_of[k])]++] = {input_of[k], values[k]};
}

void LocalRows::append(std::int64_t element, std::vector<LocalDerivative>& row) const {
  const auto e = static_cast<std::size_t>(element);
  for (const Input& input : inputs_) {
    if (!input.listed) {
      if (const double value = input.diagonal.data<double>()[element]; value != 0)
        row.push_back({input.position, element, value});
      continue;
    }
    for (std::size_t k = input.first[e]; k < input.first[e + 1]; ++k)
      row.push_back({input.position, input.entries[k].element, input.entries[k].value});
  }
  if (!row_by_row_) return;
  const auto is_known = [this](std::size_t position) {
    return std::any_of(inputs_.begin(), inputs_.end(),
                       [=](const Input& i) { return i.position == position; });
  };
  for (const LocalDerivative& d : local_derivatives(y_, element))
    if (d.value != 0 && wanted_[d.input] && !is_known(d.input)) row.push_back(d);
}

}  // namespace hindsight::blame
