select * from read_json('{{ var("data") }}/tickets.jsonl')
