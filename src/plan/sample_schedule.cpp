#include "plan/sample_schedule.hpp"

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/rewriter.hpp"

namespace hindsight {

template <class T>
bool SampleSchedule<T>::all(std::string& reason) {
  for (std::size_t i = 0; i < graph().size(); ++i) {
    if (plan_.done[i] || plan_.recording.sources[i]) continue;
    if (plan_.batch.is_samples(i) ? node(i) : !plan_.batch.adds_samples(plan_.recording, i) || sum(i))
      continue;
    reason = formatted("{} {} has no kernel", name(i), graph()[i].shape().str());
    return false;
  }
  return true;
}

template <class T>
bool SampleSchedule<T>::node(std::size_t i) {
  const std::string_view op = name(i);
  if (op == "logistic_loss" || op == "logistic_residual" || op == "softmax_loss" || op == "softmax_residual")
    return loss(i);
  if (op == "affine") return has_rows(input(i, 0)) && affine(i);
  if (op == "matmul" || op == "matmul_transposed") return has_rows(input(i, 0)) && product(i);
  if (op == "cast" || is_view(graph()[i])) return view(i);
  return graph()[i].op().elementwise && elementwise(i);
}

/// Conditions are numbers already, 1 and 0; other casts change them.
template <class T>
bool SampleSchedule<T>::view(std::size_t i) {
  const std::size_t x = input(i, 0);
  const DType from = graph()[x].dtype();
  if (!has_rows(x) || (!is_floating(from) && from != boolean)) return false;
  if (features(graph()[x]) == features(graph()[i]))
    share_rows(i, x);
  else if (features(graph()[x]) == 1)
    spread_column(i, x);
  else
    return false;
  return true;
}

template <class T>
bool SampleSchedule<T>::loss(std::size_t i) {
  FusedLoss found{input(i, 0), input(i, 1)};
  if (!has_rows(found.logits)) return false;
  const bool of_sigmoid = name(i).starts_with("logistic");
  if (of_sigmoid) {
    if (!has_rows(found.targets) || !complete(found, "logistic_loss", "logistic_residual")) return false;
    logistic(found);
  } else {
    if (!plan_.is_input(found.targets) || !complete(found, "softmax_loss", "softmax_residual")) return false;
    softmax(found, &plan_.classes[plan_.recording.sources[found.targets]->which]);
  }
  for (const std::size_t node : {found.loss, found.total, found.residual, found.result}) mark_done(node);
  return true;
}

/// False when single losses are used for more than their sum.
template <class T>
bool SampleSchedule<T>::complete(FusedLoss& found, std::string_view loss, std::string_view residual) const {
  for (const std::size_t user : plan_.users[found.logits]) {
    if (graph().inputs(user).size() != 2 || input(user, 0) != found.logits || input(user, 1) != found.targets)
      continue;
    if (name(user) == loss) found.loss = user;
    if (name(user) == residual) found.residual = user;
  }
  if (found.loss != Graph::none) {
    found.total = plan_.only_user(found.loss);
    if (found.total == Graph::none || name(found.total) != "sum" || graph()[found.total].elements() != 1)
      return false;
  }
  found.result = found.residual;
  const std::size_t user = found.residual == Graph::none ? Graph::none : plan_.only_user(found.residual);
  if (user == Graph::none || name(user) != "multiply") return true;
  const std::size_t factor = input(user, 0) == found.residual ? input(user, 1) : input(user, 0);
  if (const auto number = uniform_value(graph()[factor])) {
    found.scale = *number;
    found.result = user;
  }
  return true;
}

template <class T>
std::string SampleSchedule<T>::FusedLoss::text(const char* kind) const {
  return formatted("{}{}: %{}", kind, total == Graph::none ? "" : ", losses added up",
                   result == Graph::none ? loss : result);
}

/// Numbers that all samples share are spread where there is one for each feature.
template <class T>
bool SampleSchedule<T>::elementwise(std::size_t i) {
  const auto* kernel = kernels::find_elementwise<T>(plan_.target, name(i));
  if (!kernel || graph().inputs(i).size() > 3) return false;
  std::array<Operand, 3> operands;
  for (std::size_t k = 0; k < graph().inputs(i).size(); ++k) {
    const std::size_t operand = input(i, k);
    operands[k].node = operand;
    if (has_rows(operand)) continue;
    if (plan_.batch.is_samples(operand)) return false;
    const std::size_t from = plan_.source(operand);
    const T* numbers = in_order(from);
    if (!numbers) return false;
    if (graph()[from].elements() == 1)
      operands[k].number = numbers;
    else if (graph()[from].elements() == features(graph()[operand]))
      spread_row(operand, numbers);
    else
      return false;
  }
  return elementwise(i, *kernel, operands);
}

template <class T>
bool SampleSchedule<T>::sum(std::size_t i) {
  if (name(i) == "matmul") {
    const std::size_t d = input(input(i, 0), 0), x = input(i, 1);
    return has_rows(d) && has_rows(x) && weight_gradient(i, d, x);
  }
  if (name(i) != "sum" || !has_rows(input(i, 0))) return false;
  if (is_column_sum(i))
    bias_gradient(i, input(i, 0));
  else if (graph()[i].elements() == 1)
    total(i, input(i, 0));
  else
    return false;
  return true;
}

template <class T>
bool SampleSchedule<T>::is_column_sum(std::size_t i) const {
  return name(i) == "sum" && graph()[i].dim() == 1 &&
         graph()[i].attributes().template get<Shape>("axes") == Shape{0} &&
         graph()[i].elements() == features(graph()[input(i, 0)]);
}

template <class T>
std::size_t SampleSchedule<T>::column_sum_of(std::size_t node) const {
  for (const std::size_t user : plan_.users[node])
    if (is_column_sum(user) && !plan_.done[user]) return user;
  return Graph::none;
}

template class SampleSchedule<float>;
template class SampleSchedule<double>;

}  // namespace hindsight
