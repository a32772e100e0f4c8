// PyTorch's C++ front end: the eager step without Python.
#include <torch/torch.h>
#include <torch/version.h>

#include "../pace.hpp"

namespace {

using bench::Job;
namespace nn = torch::nn;

template <class T>
torch::Tensor tensor(const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
  return torch::tensor(values, torch::CppTypeToScalarType<T>::value).reshape(shape);
}

template <class T>
nn::Sequential network(const Job& job) {
  const torch::NoGradGuard no_grad;
  nn::Sequential model;
  for (std::size_t l = 0; l < job.layers(); ++l) {
    const std::int64_t in = job.shape[l], out = job.shape[l + 1];
    nn::Linear linear(in, out);
    linear->to(torch::CppTypeToScalarType<T>::value);
    linear->weight.copy_(tensor(bench::initial<T>(job, l, false), {out, in}));
    linear->bias.copy_(tensor(bench::initial<T>(job, l, true), {out}));
    model->push_back(linear);
    if (l + 1 < job.layers()) model->push_back(nn::ReLU());
  }
  if (job.loss == "bce") model->push_back(nn::Sigmoid());
  return model;
}

template <class T>
void time_training(const Job& job) {
  const auto data = bench::data_of<T>(job);
  const auto x = tensor(data.inputs, {job.batch, job.inputs()});
  const auto t = job.has_classes() ? tensor(data.classes, {job.batch})
                                   : tensor(data.targets, {job.batch, job.outputs()});
  auto model = network<T>(job);
  torch::optim::SGD optimizer(model->parameters(), job.lr);
  const auto step = [&] {
    const auto output = model->forward(x);
    const auto loss =
        job.has_classes() ? torch::cross_entropy_loss(output, t) : torch::binary_cross_entropy(output, t);
    for (auto& parameter : model->parameters()) parameter.mutable_grad().reset();
    loss.backward();
    optimizer.step();
    return loss.template item<double>();
  };
  const double first = step();
  bench::time_step(job, first, "libtorch " TORCH_VERSION, step);
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_job(argc, argv, [](const Job& job) {
    if (job.optimizer != "sgd" || job.activation != "relu" || (job.loss != "bce" && !job.has_classes()))
      throw std::invalid_argument("this peer knows sgd, relu, bce and cross_entropy");
    torch::set_num_threads(job.threads);
    torch::globalContext().setFlushDenormal(true);
    job.dtype == "float32" ? time_training<float>(job) : time_training<double>(job);
  });
}
