select * from read_csv('{{ var("data") }}/loyalty.csv', delim = ';', all_varchar = true)
