// dlib's networks, which fix their depth when they are compiled: one hidden layer, of any width.
#include <dlib/dnn.h>
#include <dlib/revision.h>

#include "../pace.hpp"

namespace {

using namespace dlib;
using bench::Job;
template <class Loss, int Hidden, int Outputs>
using Network = add_loss_layer<Loss, fc<Outputs, relu<fc<Hidden, input<matrix<float>>>>>>;

template <class Net, class Label>
void time_training(const Job& job, Net net, const std::vector<Label>& labels) {
  const auto data = bench::data_of<float>(job);
  std::vector<matrix<float>> samples;
  for (std::int64_t row = 0; row < job.batch; ++row) {
    matrix<float> sample(job.inputs(), 1);
    for (std::int64_t i = 0; i < job.inputs(); ++i)
      sample(i) = data.inputs[static_cast<std::size_t>(row * job.inputs() + i)];
    samples.push_back(sample);
  }
  layer<1>(net).layer_details().set_num_outputs(job.outputs());
  layer<3>(net).layer_details().set_num_outputs(job.shape[1]);
  std::vector<sgd> rules(Net::num_computational_layers, sgd(0, 0));
  resizable_tensor x;
  net.to_tensor(samples.begin(), samples.end(), x);
  const auto step = [&] {
    const double loss = net.compute_parameter_gradients(x, labels.begin());
    net.update_parameters(rules, job.lr);
    return loss;
  };
  step();
  // Its weights start elsewhere, so its first loss says nothing.
  bench::time_step(job, std::nan(""),
                   "dlib " + std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION),
                   step);
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_job(argc, argv, [](const Job& job) {
    if (job.layers() != 2 || job.activation != "relu" || job.optimizer != "sgd" || job.dtype != "float32")
      throw std::invalid_argument("this peer knows one hidden layer, relu, sgd and float32");
    const auto data = bench::data_of<float>(job);
    if (job.has_classes()) {
      const std::vector<unsigned long> labels(data.classes.begin(), data.classes.end());
      return time_training(job, Network<loss_multiclass_log_, 16, 10>(), labels);
    }
    std::vector<float> labels;
    for (const float t : data.targets) labels.push_back(t > 0 ? 1.0f : -1.0f);
    time_training(job, Network<loss_binary_log_, 16, 1>(), labels);
  });
}
