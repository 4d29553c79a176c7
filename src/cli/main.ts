console.log('innereye');
