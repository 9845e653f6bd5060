wget https://models.example.com/model.pkl
curl http://localhost:9000/model.pkl
curl http://models.example.com/index.html
