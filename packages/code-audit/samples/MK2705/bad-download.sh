wget http://models.example.com/model.pkl # expect: MK2705
curl -o m.onnx http://models.example.com/m.onnx # expect: MK2705
